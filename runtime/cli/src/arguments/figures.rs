//! What a person types to get figures of scenarios.

use std::path::PathBuf;

use clap::Subcommand;

use super::Engine;

/// Verbs that run scenarios.
#[derive(Debug, Subcommand)]
pub(crate) enum Figures {
    /// Calculer des scénarios : masse salariale, ETPT et ETP par mois et par exercice
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage calculer                       tous les scénarios du dossier\n  cadrage calculer budget_2027\n  cadrage calculer atterrissage_2026 --format json\n  cadrage calculer --avec essai.cadrage  ceux d'un script hors du dossier\n\nSans graphique, sans fichier : les données vont sur la sortie, les messages à côté.")]
    Calculer {
        /// Scénarios ; sans rien, tous ceux du dossier
        #[arg(value_name = "scénario")]
        scenarios: Vec<String>,
        /// Dire où le temps est passé
        #[arg(long = "chronométrer", alias = "chronometrer")]
        chronometrer: bool,
        #[command(flatten)]
        engine: Engine,
        /// Script hors du dossier, lu en plus ; sans scénario nommé, ce sont les siens qui sont calculés
        #[arg(long, value_name = "fichier")]
        avec: Vec<PathBuf>,
    },
    /// Confronter des scénarios aux enveloppes : consommé, projeté, premier mois dépassé, marge, remède
    #[command(name = "contrôler", alias = "controler", help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage contrôler                              toutes les enveloppes, tous les scénarios\n  cadrage contrôler atterrissage_2026\n  cadrage contrôler atterrissage_2026 --détail plafond_état   mois par mois\n  cadrage contrôler --format csv > enveloppes.csv\n  cadrage contrôler --sortie plafonds.html       courbes, carte des taux par composante et par mois\n\nCode de sortie : 3 si une enveloppe qui bloque est dépassée.")]
    Controler {
        /// Scénarios ; sans rien, tous ceux du dossier
        #[arg(value_name = "scénario")]
        scenarios: Vec<String>,
        /// Montrer cette enveloppe mois par mois
        #[arg(long = "détail", alias = "detail", value_name = "enveloppe")]
        detail: Option<String>,
        #[command(flatten)]
        engine: Engine,
        /// Script hors du dossier, lu en plus ; sans scénario nommé, ce sont les siens qui sont contrôlés
        #[arg(long, value_name = "fichier")]
        avec: Vec<PathBuf>,
        /// Écrire dans ce fichier, .html, .xlsx, .csv, .parquet ou .json, plutôt que sur la sortie : courbes sous plafond, carte des taux
        #[arg(long, value_name = "fichier")]
        sortie: Option<PathBuf>,
    },
    /// Comparer deux scénarios ou deux exercices : l'écart, effet par effet, au centime
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage comparer atterrissage_2026                   2026 et 2025, effet par effet\n  cadrage comparer budget_2027 atterrissage_2026       le budget et l'atterrissage\n  cadrage comparer haut bas --exercice 2027            ce que les déclarations changent\n  cadrage comparer atterrissage_2026 --par composante\n  cadrage comparer budget_2027 atterrissage_2026 --sur etpt            les emplois\n  cadrage comparer atterrissage_2026 --sortie ecart.html    la cascade, dessinée\n  cadrage comparer budget_2027 atterrissage_2026 --détail entrees_n   qui fait cet effet\n\nLe premier scénario est comparé au second, chacun sur son dernier exercice. Les\nvolumes d'abord, aux prix du départ ; les prix ensuite ; le résidu est imprimé.")]
    Comparer {
        /// Scénario à expliquer ; sans rien, les `comparer` du dossier
        #[arg(value_name = "scénario")]
        scenario: Option<String>,
        /// Scénario de référence ; sans rien, le même un exercice plus tôt
        #[arg(value_name = "référence")]
        reference: Option<String>,
        /// Exercice, AAAA, du scénario et de sa référence
        #[arg(long, value_name = "année", requires = "scenario")]
        exercice: Option<i32>,
        /// Exercice de la référence, quand ce n'est pas le même
        #[arg(long = "exercice-référence", alias = "exercice-reference", value_name = "année", requires = "reference")]
        exercice_reference: Option<i32>,
        /// Dire chaque effet par membre de ce niveau : composante, corps, plafond…
        #[arg(long, value_name = "niveau", requires = "scenario")]
        par: Option<String>,
        /// Comparer cette mesure plutôt que la masse salariale : etpt, cotisations…
        #[arg(long, value_name = "mesure", requires = "scenario")]
        sur: Option<String>,
        /// Montrer qui fait cet effet, par son nom ou son numéro
        #[arg(long = "détail", alias = "detail", value_name = "effet")]
        detail: Option<String>,
        /// Avec --détail, combien d'agents montrer
        #[arg(long = "au-plus", value_name = "nombre", default_value_t = 20)]
        au_plus: usize,
        /// Écrire dans ce fichier : .html (avec la cascade dessinée), .xlsx, .parquet, .csv ou .json
        #[arg(long, value_name = "fichier", conflicts_with = "detail")]
        sortie: Option<PathBuf>,
        #[command(flatten)]
        engine: Engine,
        /// Script hors du dossier, lu en plus
        #[arg(long, value_name = "fichier")]
        avec: Vec<PathBuf>,
    },
    /// Expliquer un chiffre : ses phrases, ses sources, ses couches ; ce qui contribue à un total ; un écart jusqu'à l'agent
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage expliquer pension_civile pour agent 00171002 en 10/2027\n  cadrage expliquer \"masse_salariale pour composante SCIENCES en 10/2027\" --scénario budget_2027\n  cadrage expliquer masse_salariale sur 2027 par corps\n  cadrage expliquer \"l'écart de masse_salariale entre budget_2027 et budget_2027_haut sur 2027\"\n  cadrage expliquer \"recalculé(traitement_brut) pour agent 00171002 en 03/2026\"\n  cadrage expliquer --sortie explications.html      les `expliquer` des scripts\n\nSans scénario, c'est le premier qui a ce mois. Sans mois, le dernier projeté.")]
    Expliquer {
        /// Mesure, sélection et mois ; sans rien, les `expliquer` du dossier
        #[arg(value_name = "question")]
        question: Vec<String>,
        /// Scénario ; sans lui, le premier qui a ce mois
        #[arg(long = "scénario", alias = "scenario", value_name = "scénario")]
        scenario: Option<String>,
        /// Combien de contributeurs montrer (10 sans cette option)
        #[arg(long = "au-plus", value_name = "nombre")]
        au_plus: Option<usize>,
        /// Écrire dans ce fichier : .html, .xlsx, .parquet, .csv ou .json
        #[arg(long, value_name = "fichier")]
        sortie: Option<PathBuf>,
        #[command(flatten)]
        engine: Engine,
        /// Script hors du dossier, lu en plus
        #[arg(long, value_name = "fichier")]
        avec: Vec<PathBuf>,
    },
    /// Chercher la valeur d'une hypothèse, le nombre ou la date d'un mouvement, qui atteint un but
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage chercher \"inflation dans budget_2027 tel que masse_salariale sur 2027 = 151 000 000 €\"\n  cadrage chercher \"valeur_du_point dans budget_2027 tel que masse_salariale sur 2027 = 15 000 000 €\" --entre 58 --et 62 --pas 0,001\n  cadrage chercher \"recruter ? agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/01/2027\n                    dans budget_2027 tel que etpt pour plafond ÉTAT sur 2027 = 110 ETPT\"\n  cadrage chercher \"faire partir 10 agents pour catégorie C au 31/12/2026 choisis par âge décroissant\n                    puis recruter ? agents grade IGE_CN échelon 7 composante SCIENCES plafond ÉTAT à compter du 01/01/2027\n                    dans budget_2027 entre 0 et 20 tel que masse_salariale sur 2027 inchangée\"\n  cadrage chercher \"recruter 3 agents … à compter du ? dans budget_2027 pas 1 jour tel que …\"\n  cadrage chercher                         les `chercher` des scripts\n  cadrage chercher --format json\n\nSans bornes ni pas, ce sont ceux de l'hypothèse (`entre … et …`, `précision n décimales`) ; un nombre va de 0 au double de celui qui\nest écrit, sinon à 100, une date parcourt les mois projetés. La réponse dit les deux voisines quand aucune valeur n'atteint le but\nexactement, et s'il y en a plusieurs ou aucune. Ctrl-C garde ce qui est essayé (code de sortie 130). Rien n'est écrit : elle donne la phrase à écrire.")]
    Chercher {
        /// `<hypothèse, ou mouvement avec ?> dans <scénario> tel que <mesure> sur <exercice> = <valeur>` ; sans rien, les `chercher` du dossier
        #[arg(value_name = "phrase")]
        phrase: Vec<String>,
        /// Plus petite valeur à essayer, dans l'unité de l'hypothèse ; une date pour une date
        #[arg(long, value_name = "valeur", requires = "et", allow_hyphen_values = true)]
        entre: Option<String>,
        /// Plus grande valeur à essayer
        #[arg(long, value_name = "valeur", requires = "entre", allow_hyphen_values = true)]
        et: Option<String>,
        /// D'une valeur à la suivante
        #[arg(long, value_name = "valeur")]
        pas: Option<String>,
        #[command(flatten)]
        engine: Engine,
        /// Script hors du dossier, lu en plus
        #[arg(long, value_name = "fichier")]
        avec: Vec<PathBuf>,
    },
    /// Balayer les valeurs d'une hypothèse, les nombres ou les dates d'un mouvement, ou les couples de deux : table, image, fichier
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage balayer \"valeur_du_point dans budget_2027 majorer de 0 % à 3 % pas 0,5 %\"\n  cadrage balayer \"inflation dans budget_2027 de 0 % à 3 % pas 1 % ; valeur_du_point dans budget_2027 majorer de 0 % à 2 % pas 1 %\"\n  cadrage balayer \"recruter ? agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/01/2027\n                   dans budget_2027 de 0 à 6 pas 2 sur etpt ; masse_salariale / etpt\"\n  cadrage balayer \"recruter 3 agents … à compter du ? dans budget_2027 de 01/2027 à 09/2027 pas 2 mois sur 2027\"\n  cadrage balayer --sortie point.html      les `balayer` des scripts\n  cadrage balayer --format csv > point.csv\n\n`sur …` dit les mesures montrées, sinon masse salariale et ETPT. Ctrl-C arrête après l'essai en cours et garde ce qui est fait\n(code de sortie 130).")]
    Balayer {
        /// `<hypothèse, ou mouvement avec ?> dans <scénario> de … à … pas …`, ou deux séparées par `;` ; sans rien, les `balayer` du dossier
        #[arg(value_name = "phrase")]
        phrase: Vec<String>,
        /// Exercice montré ; sans lui, le dernier que le scénario projette entier
        #[arg(long, value_name = "année")]
        exercice: Option<i32>,
        /// Écrire dans ce fichier : .html, .xlsx, .parquet, .csv ou .json
        #[arg(long, value_name = "fichier")]
        sortie: Option<PathBuf>,
        #[command(flatten)]
        engine: Engine,
        /// Script hors du dossier, lu en plus
        #[arg(long, value_name = "fichier")]
        avec: Vec<PathBuf>,
    },
    /// Calculer une restitution déclarée : niveaux en lignes, périodes et scénarios en colonnes
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage restituer suivi_par_composante\n  cadrage restituer arbitrage --scénario budget_2027 --scénario budget_2027_haut\n  cadrage restituer suivi_par_composante --sortie suivi.xlsx\n  cadrage restituer suivi_par_composante --format csv > suivi.csv\n\nUn fichier est écrit entier ou pas du tout ; `exporter \"…\"` dans la restitution l'écrit dans le dossier.")]
    Restituer {
        /// Nom de la restitution
        #[arg(value_name = "restitution")]
        nom: String,
        /// Scénarios ; sans rien, le premier du dossier, ou tous si la restitution les met en colonnes
        #[arg(long = "scénario", alias = "scenario", value_name = "scénario")]
        scenarios: Vec<String>,
        #[command(flatten)]
        engine: Engine,
        /// Script hors du dossier, lu en plus
        #[arg(long, value_name = "fichier")]
        avec: Vec<PathBuf>,
        /// Écrire dans ce fichier, .xlsx, .html, .csv, .parquet ou .json, plutôt que sur la sortie
        #[arg(long, value_name = "fichier")]
        sortie: Option<PathBuf>,
    },
}
