//! What a person types to look at what was paid, and at how an exercice came about from the one before.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Engine, Study};

/// Verbs that read the constaté, or two exercices.
#[derive(Debug, Subcommand)]
pub(crate) enum Analyses {
    /// Rapprocher ce qui a été payé de ce que les règles donnent, mois constaté par mois constaté
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage rapprocher                       tous les mois constatés du premier scénario\n  cadrage rapprocher atterrissage_2026 --du 01/2026 --au 09/2026\n  cadrage rapprocher --détail 101000       les écarts du traitement, agent par agent\n  cadrage rapprocher --format json\n\nUn mois est celui du droit : ce qui en a été payé plus tard y est compté.\nDes écarts ne changent pas le code de sortie.")]
    Rapprocher {
        /// Scénario dont les règles s'appliquent ; sans lui, le premier du dossier
        #[arg(value_name = "scénario")]
        scenario: Option<String>,
        /// Premier mois de droit, MM/AAAA ; sans lui, le premier chargé
        #[arg(long, value_name = "MM/AAAA")]
        du: Option<String>,
        /// Dernier mois de droit, MM/AAAA ; sans lui, le dernier constaté
        #[arg(long, value_name = "MM/AAAA")]
        au: Option<String>,
        /// Lister les écarts de cette rubrique, du plus grand au plus petit
        #[arg(long = "détail", alias = "detail", value_name = "rubrique")]
        detail: Option<String>,
        /// Écarts listés au plus par --détail (20 sans cette option)
        #[arg(long = "au-plus", value_name = "nombre", default_value_t = 20, hide_default_value = true)]
        au_plus: usize,
        #[command(flatten)]
        engine: Engine,
        /// Script hors du dossier, lu en plus
        #[arg(long, value_name = "fichier")]
        avec: Vec<PathBuf>,
    },
    /// Lister les mouvements constatés entre deux mois : entrées, sorties, échelons, grades, quotités…
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage mouvements                            depuis décembre dernier\n  cadrage mouvements --du 08/2026 --au 09/2026\n  cadrage mouvements --détail sorties           agent par agent, avec les motifs\n  cadrage mouvements --format csv > mouvements.csv\n\nChaque mouvement est rapproché de ce qui était annoncé à la fin du mois de départ.")]
    Mouvements {
        /// Mois de départ, MM/AAAA, pris à sa fin ; sans lui, décembre précédent ou le premier chargé
        #[arg(long, value_name = "MM/AAAA")]
        du: Option<String>,
        /// Mois d'arrivée, MM/AAAA, pris à sa fin ; sans lui, le dernier chargé
        #[arg(long, value_name = "MM/AAAA")]
        au: Option<String>,
        /// Ne montrer que ce type, agent par agent : entrées, sorties, échelons…
        #[arg(long = "détail", alias = "detail", value_name = "type")]
        detail: Option<String>,
        /// Mouvements listés au plus par --détail (20 sans cette option)
        #[arg(long = "au-plus", value_name = "nombre", default_value_t = 20, hide_default_value = true)]
        au_plus: usize,
    },
    /// Mesurer le GVT : masse indiciaire, présents-présents, noria, cascade du traitement
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage gvt                              TITULAIRES et INDICIAIRES, N contre N-1\n  cadrage gvt budget_2027 --exercice 2027 --population enseignants_chercheurs\n  cadrage gvt --règle dates --noria différence\n  cadrage gvt --détail mois                la masse indiciaire mois par mois\n  cadrage gvt --détail présents --format csv > presents.csv\n\nLes deux méthodes sont données : par la masse indiciaire, et par les flux.\nLe GVT par les flux suit la règle strict. En CSV, chaque chiffre est aussi une\nfraction exacte.")]
    Gvt {
        #[command(flatten)]
        study: Study,
        /// Règle des présents-présents : mois, strict, strict-quotité ou dates
        #[arg(long = "règle", alias = "regle", value_name = "règle", default_value = "mois", hide_default_value = true)]
        regle: String,
        /// Noria multiplicative (sans cette option) ou par différence
        #[arg(long, value_name = "calcul", default_value = "multiplicative", hide_default_value = true)]
        noria: String,
        /// Montrer les mois, ou les présents agent par agent
        #[arg(long = "détail", alias = "detail", value_name = "quoi")]
        detail: Option<String>,
    },
    /// Mesurer les extensions en année pleine : entrées, sorties, promotions, mesures
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage eap                              de N-1 sur N, et de N sur N+1\n  cadrage eap atterrissage_2026 --population biatss_titulaires\n  cadrage eap --format csv > eap.csv\n\nUn changement survenu quand une part de l'année est passée coûte encore cette\npart l'année suivante. La somme mène du coût de l'exercice au coût en année\npleine de ceux qui sont là au 31 décembre.")]
    Eap {
        #[command(flatten)]
        study: Study,
    },
    /// Établir le schéma d'emplois : entrées moins sorties, leur effet en ETPT, l'identité contrôlée
    #[command(name = "schéma-emplois", alias = "schema-emplois", help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage schéma-emplois\n  cadrage schéma-emplois budget_2027 --exercice 2027 --par corps\n  cadrage schéma-emplois --par composante --format csv > emplois.csv\n  cadrage schéma-emplois --viser 2340\n\nEmplois payés au mois ; les heures des vacataires n'y sont pas. Passer d'une\npopulation à une autre est un transfert, non une sortie et une entrée.")]
    SchemaEmplois {
        #[command(flatten)]
        study: Study,
        /// Niveau : statut, catégorie, groupe, corps, grade, composante ou plafond
        #[arg(long, value_name = "niveau")]
        par: Option<String>,
        /// Dire les entrées à ajouter dès le premier mois à venir pour finir à ce nombre d'ETPT
        #[arg(long, value_name = "ETPT", allow_hyphen_values = true)]
        viser: Option<String>,
    },
    /// Donner les coûts moyens par grade et échelon, et le prix de postes à pourvoir
    #[command(name = "coûts-moyens", alias = "couts-moyens", help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage coûts-moyens\n  cadrage coûts-moyens --sans 200204       sans les heures complémentaires\n  cadrage coûts-moyens --poste \"10 grade MCF_CN échelon 2\"\n  cadrage coûts-moyens --poste \"10 catégorie C\" --contre \"6 catégorie A\"\n\nCharges comprises, par ETPT. Une case de moins de --minimum agents n'est pas\nlue : le grade répond pour l'échelon, puis le corps, puis la catégorie.")]
    CoutsMoyens {
        #[command(flatten)]
        study: Study,
        /// Agents au moins, pour qu'un coût soit lu (5 sans cette option)
        #[arg(long, value_name = "nombre", default_value_t = 5, hide_default_value = true)]
        minimum: usize,
        /// Rubrique à ne pas compter
        #[arg(long, value_name = "rubrique")]
        sans: Vec<String>,
        /// Postes dont donner le prix : « 10 grade MCF_CN échelon 2 »
        #[arg(long, value_name = "postes")]
        poste: Vec<String>,
        /// Dire combien de ces postes coûtent autant
        #[arg(long, value_name = "postes", requires = "poste")]
        contre: Option<String>,
        #[command(flatten)]
        engine: Engine,
    },
}
