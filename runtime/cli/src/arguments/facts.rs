//! What a person types to load facts and to look after them.

use std::path::PathBuf;

use clap::Subcommand;

/// Verbs about what is loaded.
#[derive(Debug, Subcommand)]
pub(crate) enum Facts {
    /// Préparer un dossier vide : scripts, référentiels à remplir
    #[command(help_template = crate::help::VERB, after_help = "Exemple :\n  cadrage nouveau mon-universite")]
    Nouveau {
        /// Dossier à créer
        #[arg(value_name = "dossier")]
        chemin: PathBuf,
    },
    /// Copier l'établissement d'exemple, Valmont, et l'importer
    #[command(name = "démo", alias = "demo", help_template = crate::help::VERB, after_help = "Exemple :\n  cadrage démo valmont && cadrage -C valmont calculer")]
    Demo {
        /// Dossier à créer
        #[arg(value_name = "dossier")]
        chemin: PathBuf,
    },
    /// Charger des livraisons, chacune toute ou rien, avec leur compte rendu
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage importer livraisons/2026-09\n  cadrage importer                       toutes celles de livraisons/ qui ne le sont pas\n  cadrage importer --à-blanc livraisons/2026-09\n  cadrage importer --deviner KX_202609.txt   propose une interface\n  cadrage importer --sortie rapport.html  le compte rendu, à lire et à imprimer")]
    Importer {
        /// Dossiers de livraison ; sans rien, tous ceux de livraisons/ pas encore chargés
        #[arg(value_name = "livraison")]
        livraisons: Vec<PathBuf>,
        /// Proposer l'`interface` qui lirait ce fichier d'un autre système ; rien n'est chargé
        #[arg(long, value_name = "fichier", conflicts_with_all = ["livraisons", "a_blanc"])]
        deviner: Option<PathBuf>,
        /// Avec --deviner, le type de fichier : retour_de_paie, mouvements_constates…
        #[arg(long = "type", value_name = "type", requires = "deviner")]
        genre: Option<String>,
        /// Contrôler seulement, ne rien charger
        #[arg(long = "à-blanc", alias = "a-blanc")]
        a_blanc: bool,
        /// Écrire les comptes rendus dans ce fichier : .html, .csv, .json ou .txt
        #[arg(long, value_name = "fichier")]
        sortie: Option<PathBuf>,
    },
    /// Lister les livraisons chargées : ce qui est courant, remplacé, validé
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage charges\n  cadrage charges --vu-au 31/05/2026     ce qui était chargé et courant ce jour-là\n  cadrage charges --détail 2026-03       son compte rendu, tel qu'il a été gardé\n  cadrage charges --format json")]
    Charges {
        /// Montrer de nouveau le compte rendu de cette livraison
        #[arg(long = "détail", alias = "detail", value_name = "livraison")]
        detail: Option<String>,
    },
    /// Valider un mois : il boucle avec ses manifestes et la comptabilité, et ne change plus
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage valider 09/2026\n  cadrage valider 09/2026 --comptabilité mandats.csv\n  cadrage valider 12/2025 --lever Q13 --motif \"écart expliqué par l'agence comptable\"\n\nLe fichier de comptabilité a deux colonnes, « compte;montant » : les mandats de\nla paie du mois, hors PSOP non compris. Un écart d'un centime bloque.\nCode de sortie : 0 si le mois est validé, 1 si quelque chose s'y oppose.")]
    Valider {
        /// Mois, MM/AAAA
        #[arg(value_name = "mois")]
        mois: String,
        /// Fichier des mandats, compte;montant
        #[arg(long = "comptabilité", alias = "comptabilite", value_name = "fichier")]
        comptabilite: Option<PathBuf>,
        /// Lever ce qui bloque, par son nom : Q13, Q15, comptabilité ; veut un motif
        #[arg(long, value_name = "nom", requires = "motif")]
        lever: Vec<String>,
        /// Pourquoi, gardé au journal
        #[arg(long, value_name = "texte")]
        motif: Option<String>,
    },
    /// Rouvrir un mois validé, pour une nouvelle observation
    #[command(help_template = crate::help::VERB, after_help = "Exemple :\n  cadrage rouvrir 09/2026 --motif \"remise 2 annoncée par la DRFiP\"\n\nCe qui a été validé reste lisible à sa date. La livraison qui corrige porte une\ndate d'observation plus récente.")]
    Rouvrir {
        /// Mois, MM/AAAA
        #[arg(value_name = "mois")]
        mois: String,
        /// Pourquoi, gardé au journal
        #[arg(long, value_name = "texte")]
        motif: String,
    },
    /// Lire le journal du dossier : qui a fait quoi, quand et pourquoi
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage journal\n  cadrage journal --format csv > journal.csv\n\nLe journal ne se modifie pas et ne s'efface pas. Les heures sont en temps universel.")]
    Journal,
    /// Donner le fichier à remplir d'une saisie, et prendre le fichier rempli
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage saisir                             les saisies du dossier\n  cadrage saisir hors_psop --modèle hors_psop.xlsx\n  cadrage saisir hors_psop hors_psop.xlsx\n  cadrage saisir mouvements --modèle mouvements.xlsx\n\nLe fichier rempli compte en entier ou pas du tout ; il remplace la saisie\nprécédente, gardée dans saisies/anciennes. Une ligne sans aucun champ rempli\nn'est pas une ligne. Le hors-PSOP d'un mois constaté est chargé comme une\nlivraison ; les autres lignes de mois constatés ne comptent pas.")]
    Saisir {
        /// Nom de la saisie ; sans lui, les lister
        #[arg(value_name = "saisie")]
        nom: Option<String>,
        /// Fichier rempli, .csv ou .xlsx
        #[arg(value_name = "fichier", conflicts_with = "modele")]
        fichier: Option<PathBuf>,
        /// Écrire un fichier à remplir, .csv ou .xlsx : les douze mois après le dernier chargé
        #[arg(long = "modèle", alias = "modele", value_name = "fichier")]
        modele: Option<PathBuf>,
    },
    /// Dire ce que contiennent les référentiels, et les valeurs rencontrées qui n'y sont pas
    #[command(name = "référentiels", alias = "referentiels", help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage référentiels\n  cadrage référentiels --compléter\n\nUne valeur non référencée est acceptée et jamais projetée, jusqu'à ce qu'elle\nsoit dans sa liste. --compléter écrit les lignes à remplir à côté de la liste,\nsans jamais rien écraser.")]
    Referentiels {
        /// Écrire les lignes à compléter, à côté de chaque liste
        #[arg(long = "compléter", alias = "completer")]
        completer: bool,
    },
    /// Lister les lignes mises de côté par les imports, les exporter, charger celles qui sont corrigées
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage quarantaine\n  cadrage quarantaine --exporter corrections.csv\n  cadrage quarantaine --rejouer corrections.csv\n\nL'export contient les lignes telles que le SIRH les a écrites, noms et dates\nde naissance compris : il est lisible de vous seul, et à détruire ensuite.\nCorrigez-le sans toucher à ses cinq premières colonnes. Rejouer fait une\nremise de plus des fichiers d'origine, qui restent tels quels ; une ligne\nencore fausse reste en quarantaine. Rejouer deux fois ne change rien.\nCode de sortie : 1 s'il reste des lignes fausses parmi celles rejouées.")]
    Quarantaine {
        /// Écrire dans ce fichier .csv les lignes à corriger
        #[arg(long, value_name = "fichier", conflicts_with = "rejouer")]
        exporter: Option<PathBuf>,
        /// Charger les lignes corrigées de ce fichier .csv
        #[arg(long, value_name = "fichier")]
        rejouer: Option<PathBuf>,
    },
}

impl Facts {
    /// Can the verb look at the dossier from another day?
    pub(super) fn looks_back(&self) -> bool {
        matches!(self, Facts::Charges { .. })
    }
}
