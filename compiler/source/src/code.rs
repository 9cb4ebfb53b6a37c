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

            /// May an author say that it was read and accepted (`taire`)? Never an error, nor what a result is worth, nor a
            /// remark on silences.
            #[must_use]
            pub fn can_be_silenced(self) -> bool {
                self.severity() != Severity::Error && !matches!(self, Code::T07 | Code::T12 | Code::T13 | Code::M02 | Code::M10 | Code::V08 | Code::V30 | Code::V31 | Code::V32 | Code::D08)
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
        "La phrase ne suit aucune forme du langage. Le message dit ce qui manque, ou ce qui était attendu, ou le mot le plus proche. Les fonctions et les signes des tableurs et d'autres langages (`SUM`, `IF`, `RECHERCHEV`, `==`, `[…]`) sont reconnus : l'aide donne la phrase à écrire. La lecture reprend à la ligne suivante (dans un bloc) ou à la déclaration suivante, de sorte que les autres erreurs du fichier sont signalées en même temps. Reprenez la ligne d'après l'aide du message, ou d'après l'exemple ci-dessous."
    S02 Error "la décimale s'écrit avec une virgule"
        "Le point n'est jamais une décimale ni un séparateur de milliers. Dans un texte entre guillemets, il est permis. Écrivez `59,0734`, et `1 234,56` pour `1.234,56`."
    S03 Error "les arguments se séparent par « ; »"
        "La virgule est réservée aux décimales : `MAX(a ; b)`, `(PR ; MCF)`. Remplacez la virgule par « ; »."
    S04 Error "milliers mal groupés"
        "Les milliers se groupent par trois, séparés par une espace : `1 234 567`. `12 00` n'est pas un nombre. Écrivez `1 200` pour mille deux cents, `12,00` pour douze."
    S05 Error "bloc non fermé"
        "Un bloc s'ouvre par « : » et se ferme par « fin » sur sa propre ligne ; une table `selon` aussi. Le retrait des lignes ne compte pas, mais il sert à deviner où le « fin » manque. Ajoutez `fin` où le message le dit."
    S06 Error "ce nombre dépasse ce que le langage accepte"
        "Un nombre a au plus 15 chiffres avant la virgule et 12 après. Écrivez moins de chiffres, ou changez d'unité (`k€`, `M€`)."
    S07 Error "texte trop long ou trop imbriqué"
        "La lecture est bornée pour rester rapide : au plus deux cents parenthèses ou `si` imbriqués, cinq cents opérations à la suite ou imbriquées, 4 Mo par fichier. Donnez un nom aux calculs intermédiaires, dans des formules à part."
    S08 Error "date ou mois impossible"
        "Une date s'écrit `JJ/MM/AAAA` en entier (`01/07/2022`, pas `1/7/22`) et doit exister ; un mois s'écrit `MM/AAAA`, de `01` à `12`. La forme `2022-07-01` est acceptée. Écrivez le jour, puis le mois, puis l'année."
    // N: names
    N01 Error "nom inconnu"
        "Ce nom n'est déclaré ni dans ce fichier, ni dans un module utilisé. Les noms ne tiennent compte ni des accents ni de la casse. Le message propose les noms proches. Corrigez l'orthographe, déclarez le nom, ou ajoutez le `utiliser` du module qui le déclare."
    N02 Error "nom déclaré deux fois"
        "Un nom se définit à un seul endroit par couche. Les accents et la casse ne distinguent pas deux noms. Renommez l'un des deux, ou modifiez la valeur dans un scénario."
    N03 Error "module introuvable ou version différente"
        "`utiliser` désigne un module et sa version exacte : ceux que le programme apporte (`socle.…`), ou ceux de vos fichiers `.cadrage`. Recopiez le nom et la version que le message donne."
    N04 Error "membre inconnu"
        "Ce code ne figure dans aucun référentiel de l'axe. Vérifiez l'orthographe, ou ajoutez le membre au référentiel."
    N05 Error "fonction inconnue"
        "Cette fonction n'existe pas en Cadrage. Les fonctions sont : min, max, abs, ARRONDI, constaté, recalculé, assiette, et le nom de chaque barème. Choisissez l'une d'elles, ou donnez un nom à votre calcul dans une `formule`."
    N06 Warning "rubrique absente de la liste des éléments"
        "Une formule alimente une rubrique que `referentiels/elements_paie.csv` ne donne pas : son montant compte dans la masse salariale, mais sans famille ni compte, et il n'entre dans aucune assiette. Ajoutez la rubrique à la liste, ou n'utilisez pas le module qui l'alimente."
    // U: units
    U01 Error "unité annoncée et unité calculée diffèrent"
        "La formule annonce une unité, le calcul en donne une autre. Le plus souvent il manque une durée : multipliez par `présence` (en mois), sinon un agent parti le 15 serait payé le mois entier."
    U02 Error "on n'ajoute pas un pourcentage à une quantité"
        "Ajouter 1,5 % à une valeur en euros n'a pas de sens unique. Pour augmenter, écrivez `x * (1 + 1,5 %)`, ou dans un scénario `modifier x majorer de 1,5 %`."
    U03 Error "unités incompatibles"
        "On n'ajoute, ne soustrait et ne compare que des quantités de même unité. `an` vaut 12 `mois` et se convertit tout seul ; un montant (€) et un rythme (€/mois) sont deux choses différentes. Mettez les deux côtés dans la même unité."
    U04 Error "mois et jours ne se mélangent pas"
        "Il n'y a pas de règle implicite entre jours et mois. `présence` est déjà comptée en trentièmes de mois. Comptez tout en mois, ou tout en jours."
    U05 Error "un ETP n'est ni un ETPT ni un ETPF"
        "L'ETP est un effectif à une date, l'ETPT tient compte de la durée dans l'année (0,5 ETP pendant 6 mois = 0,25 ETPT), l'ETPF compte la fraction payée. Pour convertir, multipliez par `présence`, dans une formule en ETPT : `quotité * 1 ETP * présence`."
    U06 Error "indice majoré et indice brut ne se mélangent pas"
        "Les points d'indice majoré (IM) servent à la paie, l'indice brut (IB) au classement. La grille donne la correspondance. Lisez dans la grille la colonne IM en face de l'IB."
    U07 Note "un taux majoré en proportion"
        "`78,28 % majoré de 4 %` donne 81,41 %. Pour 82,28 %, écrivez la somme : `= 78,28 % + 4 %`."
    U08 Error "valeur à trouver"
        "`?` tient la place d'une valeur que l'on cherche : le message dit son unité, d'après le reste du calcul, et les noms qui conviennent. Les conversions de `an` en `mois` sont faites pour vous. Remplacez `?` par l'un des noms proposés, ou par un nombre avec son unité."
    U09 Error "valeur plus précise que déclaré"
        "La constante déclare sa précision (`précision 4 décimales`), comme le texte qui la fixe. Une valeur écrite avec plus de décimales serait arrondie en silence : arrondissez-la vous-même, ou changez la précision."
    // G: grain
    G01 Error "grains différents"
        "Une valeur par situation, par agent, par ligne et une constante ne se combinent qu'en passant par un mot : `somme de (…)` additionne les situations du mois, `… en fin de mois` prend la dernière. Choisissez le mot qui dit ce que vous voulez compter."
    G02 Error "niveau inconnu"
        "Un niveau est celui d'un axe : établissement, composante, structure, groupe, corps, grade, plafond, famille, rubrique, compte… Choisissez dans cette liste ; le message propose le nom le plus proche."
    // A: additivity
    A01 Error "cette mesure ne s'additionne pas"
        "Des taux, des indices ou des quotités ne s'additionnent pas. Prenez une moyenne pondérée, ou multipliez d'abord par ce qui les pondère."
    A02 Error "cette agrégation n'existe pas"
        "Une mesure s'agrège par `somme`, `somme ; temps moyenne` (un effectif : moyenne des mois), `somme ; temps dernier`, `distincte ; temps dernier` (des personnes), `moyenne pondérée par x`, `rapport a / b`, ou `aucune`. La règle appartient à la mesure ; une formule ne la contourne pas. Écrivez l'une de ces formes."
    A03 Note "la moyenne des mois, et non leur somme"
        "Un effectif (ETP, emplois) se lit à une date ; sur une année, il se lit en moyenne des mois. Pour la fin de l’année, prenez le mois : `etp en 12/2027`."
    // E: exceptions and layers
    E01 Error "deux exceptions se recouvrent"
        "Deux exceptions s'appliquent aux mêmes lignes sans que l'une précise l'autre. Ajoutez la ligne qui tranche pour leur intersection."
    E02 Error "personne ne peut répondre à cette sélection"
        "Les critères se contredisent : deux codes du même axe joints par `et`, un intervalle dont la borne basse dépasse la haute. Écrivez une liste `corps (PR ; MCF)`, un intervalle `âge entre 60 ans et 65 ans`."
    E03 Warning "personne ne répond à cette sélection"
        "Les référentiels du dossier n'ont aucun code qui réponde à tous les critères : un grade n'est que d'un corps, une structure que d'une composante. Vérifiez les codes, ou le référentiel."
    E04 Note "seule la valeur par défaut change"
        "Une exception plus précise l'emporte sur la modification. Pour tout remplacer, écrivez `modifier … partout = …`."
    E05 Error "deux blocs fixent la même chose"
        "Deux variantes appliquées au même scénario fixent la même chose (valeur, barème, calendrier, grille, formule, agent) aux mêmes dates, ou un même bloc la fixe deux fois. Retirez l'une, ou tranchez par une phrase du scénario lui-même, qui l'emporte."
    E06 Error "valeur hors des bornes de l'hypothèse"
        "L'hypothèse déclare ses bornes par `entre … et …`. Corrigez la valeur, ou élargissez les bornes dans le module qui la déclare."
    E07 Error "ces formules ne se remplacent pas"
        "`remplacer a par b à compter du …` met le calcul de `b` à la place de celui de `a` : même unité, même grain, et `b` n'alimente rien par elle-même, puisqu'elle alimente ce que `a` alimentait. Donnez une formule déclarée de même unité et de même grain, sans clause `alimente`."
    E08 Note "dates masquées par une modification"
        "Une valeur fixée à compter d'une date vaut jusqu'à la fin : elle masque les valeurs prévues ensuite, que le message liste. Pour les garder, limitez-la (`du … au …`) ; pour suivre leur évolution, écrivez `majorer de` ou `minorer de`."
    E09 Error "le complément de plusieurs critères"
        "`hors` porte sur un critère, ou sur une population qui n'en a qu'un. Être hors de « A et B », c'est être hors de A ou hors de B : ce n'est plus une sélection. Donnez la valeur générale, et l'autre par `sauf pour A et B`."
    E20 Error "les parts d'une enveloppe dépassent son plafond"
        "La somme des parts d'un exercice ne dépasse pas le plafond de l'exercice ; ce que nulle part ne prend est « non réparti ». Un plafond n'est jamais négatif. Baissez une part, ou relevez le plafond."
    E21 Error "seuil d'enveloppe impossible"
        "Un seuil est une part du plafond, de plus de 0 % à 200 % ; l'information vient avant l'alerte, l'alerte avant le blocage. Écrivez par exemple `alerte à 98 %` et `blocage à 100 %`."
    // T: time
    T01 Error "changement au milieu d'un mois"
        "La valeur d'un mois est celle en vigueur à son premier jour. Dites ce qui se passe ce mois-là, par une ligne de la déclaration : écrivez `prorata` (chaque valeur compte pour ses trentièmes) ou `mois suivant` (la nouvelle valeur attend le mois d'après)."
    T02 Warning "une exception en retard sur le défaut"
        "Chaque exception a sa propre chronologie. Le défaut change après la dernière date de l'exception, qui garde donc son ancienne valeur : confirmez-la par une ligne `à compter du … pour … : …`, ou donnez-lui la nouvelle."
    T03 Error "mois constaté"
        "La paie d'un mois constaté est connue : on n'y recrute plus et on n'en fait plus partir. Le premier mois modifiable est le premier mois projeté. Corrigez la date, ou corrigez l'import si la personne était déjà là."
    T04 Error "pas de valeur à cette date"
        "Une valeur datée ne vaut qu'à partir de sa première date ; avant, ce n'est pas zéro, c'est inconnu. Ajoutez une ligne `à compter du …` plus ancienne, ou un `par défaut`."
    T05 Error "dates du scénario incohérentes"
        "Un scénario dit `constaté jusqu'à MM/AAAA observé au JJ/MM/AAAA` et `projeter jusqu'à MM/AAAA`, la projection finissant après le constaté. Ajoutez ou corrigez ces deux lignes."
    T06 Error "mois absent des livraisons"
        "Le scénario demande un mois constaté qui n'est pas chargé, ou qui n'était pas encore connu à sa date d'observation : un scénario ne lit que les livraisons observées ce jour-là ou avant. Importez la livraison, avancez la bascule, ou observez plus tard."
    T07 Note "valeur à vérifier"
        "La valeur a été vérifiée il y a plus de douze mois au moment où elle sert. Vérifiez le texte en vigueur, puis écrivez `vérifiée le JJ/MM/AAAA`."
    T08 Note "valeur non publiée à la date d'observation"
        "Le texte qui fixe cette valeur est publié après la date d'observation du scénario : elle n'est pas employée, la précédente continue. C'est ce qu'on savait à cette date. Pour employer la valeur, observez plus tard, ou `modifier` dans le scénario."
    T09 Error "dates d'une valeur incohérentes"
        "`payé en` suit la date d'effet, et suppose une date d'effet : `à compter du 01/01/2025 : 78,28 % … payé en 02/2025`. Jusqu'au mois payé l'ancienne valeur est appliquée ; la différence est versée ce mois-là en rappel. Corrigez l'une des deux dates."
    T10 Note "modification qui ne change rien de projeté"
        "Les mois constatés sont connus : une modification qui s'arrête avant le premier mois projeté ne change aucun montant. Prolongez-la, ou retirez-la."
    T11 Note "modification qui remonte dans les mois constatés"
        "La modification vaut aussi pour des mois constatés, que le scénario regarde pour ses rappels attendus : la différence y sera versée en rappel au premier mois projeté. C'est ce que fait un texte rétroactif ; pour ne changer que la suite, datez la modification du premier mois projeté."
    T12 Note "vu à une date où des mois n'étaient pas connus"
        "`--vu-au` montre ce qu'on savait ce jour-là : les livraisons observées et les valeurs publiées jusque-là. Le scénario dit un constaté qui va plus loin que les livraisons connues ce jour-là : il s'arrête au dernier mois connu, et les mois suivants sont projetés. Pour voir plus loin, donnez à `--vu-au` un jour plus récent."
    T13 Note "mois corrigés après l'observation"
        "Un scénario ne lit que les livraisons observées à sa date d'observation ou avant : ses chiffres ne bougent pas quand une correction arrive. Pour l'employer, écrivez `observé au` à la date de la correction ou plus tard."
    T14 Error "exercice que le scénario ne couvre pas"
        "GVT, extensions en année pleine et schéma d'emplois comparent deux exercices entiers : les vingt-quatre mois doivent être constatés ou projetés par le scénario. Choisissez un autre exercice (`--exercice 2026`), chargez les livraisons qui manquent, ou prolongez le scénario : `projeter jusqu'à 12/2026`."
    // M: movements
    M01 Error "mouvement incomplet"
        "Un mouvement dit qui, vers où et à quelle date : `recruter 3 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/09/2027`, `faire partir l'agent VAL000000123 au 31/08/2027 motif retraite`, `promouvoir 3 agents pour grade MCF_CN vers grade MCF_HC à compter du 01/09/2027 choisis par ancienneté décroissant`. Complétez la ligne avec ce que le message demande."
    M02 Note "ce que les carrières n'ont pas pu faire"
        "Une grille, un échelon ou une durée manque, un mouvement vise une personne absente : la carrière est laissée telle quelle, et la note dit pour qui. Complétez la grille ou corrigez le mouvement."
    M03 Warning "personne ne répond à la sélection"
        "Au jour du mouvement, personne ne remplit les critères de `pour …` : le mouvement est sans effet. Une sélection se lit dans les carrières, après les mouvements qui précèdent dans le temps. Vérifiez les codes, la date et les mouvements écrits avant."
    M04 Warning "moins de personnes que demandé"
        "La sélection compte moins de personnes, ou d'ETP, que le mouvement n'en demande : tous ceux qui répondent sont concernés, et le message dit combien. Élargissez la sélection, ou réduisez le nombre."
    M05 Warning "agent inconnu ou absent"
        "Le matricule ne figure dans aucune livraison, ou l'agent n'est pas en fonction au jour du mouvement : le mouvement est sans effet. Corrigez le matricule ou la date."
    M06 Note "mouvement après la fin de la projection"
        "Le scénario s'arrête avant la date du mouvement, qui ne change donc aucun chiffre. Allongez `projeter jusqu'à …`, ou retirez la phrase."
    M07 Error "une fin avant son début"
        "La date de fin précède la date de début : un recrutement finit après avoir commencé, et une période va de sa première à sa dernière date. Corrigez l'une des deux dates."
    M08 Error "cette sélection ne désigne pas des personnes"
        "Un mouvement choisit des personnes : par statut, grade, corps, groupe, catégorie, échelon, position, modalité, structure, composante, plafond ou centre de coût principal, quotité, indice, âge ou ancienneté. La rubrique, le compte, la famille et la nature se lisent sur les lignes de paie. Écrivez la sélection avec ces mots-là."
    M09 Note "qui un mouvement concerne"
        "Le nombre de personnes que la sélection a désignées, de sorties remplacées ou d'entrées décalées. Une part (`15 %`) est arrondie à la personne inférieure ; des ETP se répartissent sur toute la sélection, sans désigner personne. Rien à faire ; si le nombre surprend, vérifiez la sélection."
    M10 Note "composantes fusionnées"
        "Le scénario voit une composante comme une autre, dans tous ses mois, constatés compris : les comparaisons dans le temps se lisent sur l'axe d'après la fusion. Le total ne bouge pas. Une exception, un plafond ou une règle qui nomme la composante absorbée ne trouve plus personne. Pour qu'elle vaille encore, redites-la pour celle qui reste ; si ce n'est pas voulu, retirez la phrase `fusionner` et écrivez des mouvements `muter`."
    M11 Note "grade et échelon représentatifs"
        "Le scénario recrute un poste dont il ne dit que le corps, la catégorie ou le statut. Le poste prend le grade et l'échelon observés dont le coût moyen, charges comprises et pour un ETPT, est le plus proche de celui de tous ceux du corps, de la catégorie ou du statut ; toutes les règles s'y appliquent ensuite. Rien n'est lu qui repose sur moins de 5 agents, ou sur moins que l'`effectif_minimal` de l'établissement s'il est plus grand : le grade répond pour ses échelons trop petits, à son échelon médian (ou à son indice, à son forfait médian, quand il n'a pas de grille) ; un corps trop petit est chiffré par sa catégorie. Quand le grade et l'échelon sont connus, écrivez-les : `grade MCF_CN échelon 2`."
    M12 Error "aucun grade représentatif"
        "Le scénario recrute un poste dont il ne dit que le corps, la catégorie ou le statut, et la paie constatée ne montre aucun grade qui puisse en tenir lieu : trop peu d'agents y ont été payés au mois, ou rien ne dit ce que serait payé un recrutement dans les grades assez nombreux. Un coût moyen de trop peu d'agents serait la paie d'une personne : il n'est pas lu. Écrivez le grade et l'échelon du poste : `recruter 3 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/09/2027`."
    // D: rights and documentation
    D01 Error "déclaration verrouillée"
        "Une déclaration verrouillée ne change que dans son propre module. Modifiez une constante ou une hypothèse que la formule lit, ou demandez le changement à ceux qui tiennent le module."
    D02 Note "hypothèse hors textes en vigueur"
        "Le scénario change une valeur, une grille ou une règle que fixe un texte. Il se calcule et se compare ; ses résultats portent la mention « hypothèse hors textes en vigueur », et il ne se valide pas comme atterrissage officiel. Pour une valeur que l'établissement fixe librement, déclarez-la `ouverte` dans son module."
    D03 Error "ce rôle ne le permet pas"
        "Un `rôle` dit ce qu'il peut modifier et ce qu'il peut simuler. `cadrage vérifier --rôle …` et `cadrage calculer --rôle …` refusent ce qui dépasse avant tout calcul : un script n'est jamais exécuté à moitié. Retirez la phrase, ou ajoutez au rôle la ligne que donne le message."
    D04 Error "ce chiffre dirait ce que gagne une personne"
        "L'établissement déclare dans un module `constante effectif_minimal en agent = 5 agents` : en dessous, aucun chiffre n'est montré, ni les agents un à un, sauf à un rôle qui « peut voir agents » (`cadrage expliquer --rôle …`). Un membre trop petit est réuni à d'autres, pour que le total ne le dise pas. Regroupez, ou demandez ce rôle à qui tient le module."
    D06 Warning "source manquante"
        "Une constante locale sans source se défend mal devant un commissaire aux comptes : ajoutez `source \"délibération …\"`."
    D07 Error "ce message ne se tait pas ainsi"
        "`taire` nomme un avertissement ou une note, le fichier ou la déclaration où il se tait, et la raison : `taire D06 dans prime \"délibération attendue en juin\"`. Une erreur ne se tait pas, un résultat partiel non plus. Nommez un seul code à la fois, et dites pourquoi."
    D08 Note "silence inutile"
        "La ligne `taire` nomme un message que son fichier, ou sa déclaration, n'a pas ou n'a plus : elle cacherait le prochain. Retirez-la."
    D05 Error "source obligatoire"
        "Dans le socle, chaque constante cite le texte qui la fixe : `source \"décret n° …\"`. Recopiez la référence du texte."
    // C: cycles
    C01 Error "calcul circulaire"
        "Une formule dépend d'elle-même dans le même mois, ou par un mois donné (`… en 12/2026`, `… sur 2026`) : ce mois se lit depuis tous les autres, lui compris, et le calcul ne finirait jamais. Prenez une assiette qui ne la contient pas, ou le mois d'avant : `… du mois précédent à défaut 0 €`."
    C02 Error "récurrence à travers les niveaux"
        "Ce qu'un niveau rassemble est calculé pour tous les agents et tous les mois avant que quiconque le lise. Une récurrence (`du mois précédent`, `cumul de`) ne passe donc pas d'un agent à un niveau et retour. Gardez-la au grain de l'agent, ou au niveau lui-même."
    // V: values and data
    V01 Error "donnée que rien ne fournit"
        "Une `donnée` porte le nom d'une colonne que les carrières ou le cube fournissent. Choisissez un nom de la liste que le message donne, ou déclarez une `formule`."
    V02 Error "déclaration incomplète"
        "Il manque à cette déclaration une clause dont elle ne peut se passer. Ajoutez la clause que le message nomme."
    V03 Error "référentiel illisible"
        "La déclaration lit ses valeurs dans un fichier du dossier. Le message dit lequel et ce qui manque. Corrigez le chemin, ou la ligne du fichier."
    V04 Error "deux formules alimentent la même rubrique pour les mêmes agents"
        "Une rubrique ne peut être calculée deux fois pour un agent. Restreignez l'une des formules par `pour …`."
    V05 Error "division par zéro"
        "Le diviseur vaut zéro pour au moins une ligne. Écrivez la condition : `si d = 0 alors … sinon … / d`."
    V06 Error "montant démesuré"
        "Le montant dépasse ce qu'un centime sur 64 bits peut tenir. Une unité est probablement fausse. Revoyez les unités du calcul."
    V07 Error "test en échec"
        "Le test attend une valeur que la formule ne donne pas. Le message dit ce qui a été trouvé : corrigez la formule, la constante datée, ou l'attendu du test s'il était faux."
    V08 Warning "total partiel"
        "Une donnée attendue manque pour un agent : son montant n'est pas compté, et le total le dit. Ce n'est jamais zéro en silence. Complétez la donnée dans le SIRH, ou écrivez `… à défaut …` dans la formule."
    V09 Error "nombre trop long"
        "Tout se calcule exactement, sans rien couper : une formule qui se multiplie de mois en mois sans s'arrondir double parfois ses chiffres chaque mois. Au-delà d'environ cinq mille chiffres, le calcul s'arrête. Ajoutez à la formule une ligne `arrondi au centime`, ou arrondissez le taux qui se multiplie : `ARRONDI(… ; 6)`. Un nombre déjà arrondi qui dépasse cette taille se multiplie par lui-même : revoyez le calcul."
    V20 Error "fichier de cas illisible"
        "Un test `cas \"….csv\"` lit un cas par ligne d'un fichier du dossier. Le message dit quelle colonne manque, ou quelle cellule (`fichier.csv:12`) n'a pas la forme attendue : un nombre (virgule ou point décimal, fraction `6/7`, `80 %`), un mois (`03/2026`, `2026-03`), une date, un code que `selon` traduit. Une cellule vide n'est pas une erreur : elle n'est pas dite. Corrigez la cellule, ou l'en-tête."
    V21 Error "construction mal formée"
        "Une restitution combine des mesures par `+ - * /` ; un but est une égalité datée ; une interface dit des encodages, des séparateurs et des formes de date que l'import connaît. Le message dit ce qui est admis à cet endroit : remplacez ce qui ne l'est pas."
    V22 Error "donnée obligatoire absente"
        "La `donnée` est déclarée `obligatoire pour …`, et un agent de cette sélection ne l'a pas : rien n'est calculé sans elle. Complétez-la dans le SIRH, restreignez la sélection, ou remplacez la clause par `à défaut …`."
    V30 Note "euros sans élément, famille, compte ou centre de coût"
        "La vue RH (éléments de paie, familles de la GBCP) et la vue financière (comptes, centres de coût) d'un scénario ont le même total : chaque calcul le vérifie. Ces euros comptent dans la masse salariale, mais l'une des vues ne sait où les mettre. Déclarez l'élément, sa famille et ses comptes (`élément … :`, ou `referentiels/elements_paie.csv`), ou corrigez l'imputation."
    V31 Note "compte différent de celui de l'élément"
        "L'élément de paie déclare un compte pour les titulaires et un pour les autres. Ces lignes en portent un autre, celui que dit le fichier livré : les totaux n'en changent pas. Corrigez la déclaration de l'élément, ou voyez avec la paie d'où vient ce compte."
    V32 Note "compte absent du plan de comptes"
        "Le dossier a un plan de comptes (`referentiels/comptes.csv`), et ce compte n'y est pas. L'argent compte ; la vue par compte a un membre de trop. Ajoutez le compte au plan, ou corrigez l'élément qui le nomme."
    V33 Note "coût moyen pris à un niveau plus large"
        "Un coût moyen n'est lu que s'il repose sur assez d'agents (`--minimum`). Quand un grade et son échelon en ont trop peu, c'est le coût du grade qui répond, puis celui du corps, puis celui de la catégorie ; la note dit lequel. Quand aucun ne suffit, il n'y a pas de coût. Donnez l'échelon ou le grade d'un poste plus courant, ou baissez le minimum."
    V40 Error "indice inconnu dans la grille"
        "La grille porte `?` à la place de cet indice : le texte en fixe un, et il n'est pas connu ici. Tant que personne n'est à cet échelon, rien n'est demandé ; un agent qui l'atteint ne peut pas être payé sans lui. L'ancien indice n'est jamais gardé à sa place. Écrivez l'indice dans une `grille` de l'établissement, ou l'indice brut dans une grille d'indices, ou `inm …` dans le mouvement."
    I20 Error "ligne de saisie refusée"
        "Le fichier `saisies/<nom>.csv` d'une `saisie` porte, sur sa première ligne, le nom de ses clés et de ses champs, puis une ligne par montant saisi. Une ligne fausse refuse le fichier entier : ce qui est saisi compte en entier ou pas du tout. Corrigez la ligne que le message désigne."
    V99 Error "construction lue mais pas encore calculée"
        "La grammaire connaît cette phrase, mais cette version de Cadrage ne sait pas encore la calculer. Elle n'est jamais ignorée en silence : retirez-la, ou attendez la version qui la calcule."
}
