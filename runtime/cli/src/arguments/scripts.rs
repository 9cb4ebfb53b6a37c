//! What a person types about scripts: checked, tested, rewritten, looked into.

use std::path::PathBuf;

use clap::Subcommand;

use super::Engine;

/// Verbs about what is written.
#[derive(Debug, Subcommand)]
pub(crate) enum Scripts {
    /// Contrôler les scripts : toutes les erreurs, sans rien calculer
    #[command(name = "vérifier", alias = "verifier", help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage vérifier\n  cadrage vérifier essai.cadrage\n  cadrage vérifier --corriger             corrige ce qui ne laisse aucun doute\n  cadrage vérifier --format json          tous les messages, pour un éditeur")]
    Verifier {
        /// Scripts hors du dossier, en plus de ceux du dossier
        #[arg(value_name = "fichier")]
        fichiers: Vec<PathBuf>,
        /// Corriger dans les fichiers ce qui ne laisse aucun doute, puis contrôler
        #[arg(long)]
        corriger: bool,
    },
    /// Mettre des scripts en forme, sans en changer le sens
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage formater                       tous les scripts du dossier\n  cadrage formater essai.cadrage\n  cadrage formater --vérifier            ne rien écrire ; dire ce qui changerait (code 1)\n  cadrage formater -                     l'entrée vers la sortie\n\nUn script qui contient une erreur de lecture n'est pas réécrit.")]
    Formater {
        /// Scripts ; sans rien, tous ceux du dossier ; `-` pour l'entrée
        #[arg(value_name = "fichier")]
        fichiers: Vec<PathBuf>,
        /// Ne rien écrire : lister les scripts qui changeraient
        #[arg(long = "vérifier", alias = "verifier")]
        verifier: bool,
    },
    /// Passer les blocs « test » des scripts
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage tester\n  cadrage tester --socle                 les tests du socle national\n  cadrage tester --couverture            aussi ce qu'aucun test n'atteint\n  cadrage tester --format json\n\nCode de sortie : 0 si tous les tests tiennent, 1 si l'un échoue ou si les\nscripts sont faux. La couverture n'y change rien.")]
    Tester {
        /// Scripts hors du dossier, en plus de ceux du dossier
        #[arg(value_name = "fichier")]
        fichiers: Vec<PathBuf>,
        /// Passer les tests du socle national
        #[arg(long)]
        socle: bool,
        /// Lister ce qu'aucun test n'atteint, avec les pourcentages
        #[arg(long)]
        couverture: bool,
        #[command(flatten)]
        engine: Engine,
    },
    /// Dire ce que contient le socle national : modules, dernières valeurs, âges, manques
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage socle\n  cadrage socle socle.point                 d'où vient chaque valeur\n  cadrage socle grilles_ingénieurs          les échelons dont l'indice ou la durée manque\n  cadrage socle --au 31/12/2026 --format json\n\nUne étoile signale ce qui n'a pas été vérifié depuis douze mois.")]
    Socle {
        /// Module, avec ou sans « socle. » ; sans rien, tous
        #[arg(value_name = "module")]
        module: Option<String>,
        /// Jour où compter les âges, JJ/MM/AAAA ; sans lui, aujourd'hui
        #[arg(long = "au", value_name = "JJ/MM/AAAA")]
        au: Option<String>,
    },
    /// Dire d'où vient une valeur : socle, établissement, parent, variante, scénario, et ce qui l'emporte
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage pourquoi valeur_du_point\n  cadrage pourquoi valeur_du_point --scénario budget_2027_haut --en 10/2027\n  cadrage pourquoi grilles --scénario budget_2027")]
    Pourquoi {
        /// Constante, hypothèse, barème, calendrier, formule, grille ou population
        #[arg(value_name = "nom")]
        nom: String,
        /// Scénario ; sans lui, ce que disent les modules
        #[arg(long = "scénario", alias = "scenario", value_name = "scénario")]
        scenario: Option<String>,
        /// Mois regardé, MM/AAAA ; sans lui, le dernier mois projeté
        #[arg(long = "en", value_name = "MM/AAAA")]
        en: Option<String>,
    },
    /// Montrer ce qu'une autre version d'un module change, en valeurs et en euros, avant de l'accepter
    #[command(name = "mise-à-niveau", alias = "mise-a-niveau", help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage mise-à-niveau socle.point 2026.2 --fichier point_2026_2.cadrage\n  cadrage mise-à-niveau socle.point --fichier point_2026_2.cadrage --accepter\n\nSans --accepter, rien n'est changé.")]
    MiseANiveau {
        /// Module, tel que les scripts l'écrivent après « utiliser »
        #[arg(value_name = "module")]
        module: String,
        /// Version voulue ; inutile avec --fichier, qui dit la sienne
        #[arg(value_name = "version")]
        version: Option<String>,
        /// Fichier de l'autre version, quand elle n'est ni livrée ni dans le dossier
        #[arg(long, value_name = "fichier")]
        fichier: Option<PathBuf>,
        /// Récrire les lignes « utiliser », et apporter le fichier dans le dossier
        #[arg(long)]
        accepter: bool,
    },
    /// Montrer une étape du compilateur : arbre, modèle, ir, plan ou machine
    #[command(help_template = crate::help::VERB, after_help = "Exemple :\n  cadrage montrer ir")]
    Montrer {
        /// arbre, modèle, ir, plan ou machine
        #[arg(value_name = "étape")]
        etape: String,
        /// Scripts hors du dossier, en plus de ceux du dossier
        #[arg(value_name = "fichier")]
        fichiers: Vec<PathBuf>,
    },
}

impl Scripts {
    /// Can the verb look at the dossier from another day?
    pub(super) fn looks_back(&self) -> bool {
        matches!(self, Scripts::Pourquoi { .. } | Scripts::MiseANiveau { .. } | Scripts::Montrer { .. })
    }
}
