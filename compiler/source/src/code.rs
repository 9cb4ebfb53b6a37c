//! The one list of codes, each with its title and long explanation (`cadrage aide U01`).
//!
//! Families (design/language.md §6.7): S syntax, N names, U units, G grain, A additivity, E exceptions and layers,
//! T time, M movements, D rights and documentation, V values and data, C cycles, I imports.

use crate::Severity;

macro_rules! codes {
    ($($code:ident $severity:ident $title:literal $long:literal)*) => {
        /// Every complaint there is, one code per kind of mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $title] $code,)* }

        impl Code {
            /// All codes, in order of family.
            pub const ALL: &'static [Code] = &[$(Code::$code),*];

            /// `U01`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$code => stringify!($code)),* }
            }

            /// One line.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$code => $title),* }
            }

            /// What it means, why it is refused, and what to write instead.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$code => $long),* }
            }

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$code => Severity::$severity),* }
            }

            /// The code named so, whatever the case.
            #[must_use]
            pub fn find(name: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|c| c.name().eq_ignore_ascii_case(name))
            }
        }
    };
}

codes! {
    // S: syntax (owned by cadrage-syntax)
    S01 Error "texte illisible à cet endroit"
        "La phrase ne suit aucune forme du langage. Le message dit ce qui était attendu. La lecture reprend à la ligne suivante (dans un bloc) ou à la déclaration suivante, de sorte que les autres erreurs du fichier sont signalées en même temps."
    S02 Error "la décimale s'écrit avec une virgule"
        "Le point n'est jamais une décimale ni un séparateur de milliers. Écrivez `59,0734`. Dans un texte entre guillemets, le point est permis."
    S03 Error "les arguments se séparent par « ; »"
        "La virgule est réservée aux décimales : `MAX(a ; b)`, `(PR ; MCF)`."
    S04 Error "milliers mal groupés"
        "Les milliers se groupent par trois, séparés par une espace : `1 234 567`. `12 00` n'est pas un nombre."
    S05 Error "bloc non fermé"
        "Un bloc s'ouvre par « : » et se ferme par « fin » sur sa propre ligne."
    S06 Error "ce nombre dépasse ce que le langage accepte"
        "Un nombre a au plus 15 chiffres avant la virgule et 12 après."
    S07 Error "texte trop long ou trop imbriqué"
        "La lecture est bornée pour rester rapide : au plus quelques centaines de parenthèses imbriquées."
    S08 Error "date ou mois impossible"
        "Une date s'écrit `JJ/MM/AAAA` et doit exister ; un mois s'écrit `MM/AAAA`, de `01` à `12`."
    // V: values and data
    V99 Error "construction lue mais pas encore calculée"
        "La grammaire connaît cette phrase, mais cette version de Cadrage ne sait pas encore la calculer. Elle n'est jamais ignorée en silence : retirez-la, ou attendez la version qui la calcule (voir grammar/CHANGELOG.md)."
}
