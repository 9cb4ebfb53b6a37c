//! What a person types. Every option with an accent has an unaccented alias.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Planifier la masse salariale et les emplois d'un établissement.
#[derive(Debug, Parser)]
#[command(
    name = "cadrage",
    version,
    about = "Planifier la masse salariale et les emplois d'un établissement",
    after_help = "Exemples :\n  cadrage démo valmont          l'établissement d'exemple, prêt à calculer\n  cadrage -C valmont calculer   atterrissage et budget de l'exemple\n  cadrage aide U01              l'explication longue d'un message\n  cadrage aide manuel           le manuel du langage, page par page",
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    help_template = crate::help::TEMPLATE,
    next_help_heading = "Options"
)]
pub(crate) struct Arguments {
    /// Dossier de l'établissement (par défaut, le dossier courant)
    #[arg(short = 'C', value_name = "dossier", global = true, default_value = ".", hide_default_value = true)]
    pub(crate) dossier: PathBuf,

    #[command(flatten)]
    pub(crate) common: Common,

    /// Afficher la version
    #[arg(long, short = 'V', action = clap::ArgAction::Version)]
    version: Option<bool>,

    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// Options de tous les verbes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Forme des données sur la sortie : table, csv, csv-brut ou json
    #[arg(long, value_enum, global = true, default_value_t = Format::Table, value_name = "forme", hide_default_value = true, hide_possible_values = true)]
    pub(crate) format: Format,

    /// Couleurs des messages : auto ou jamais
    #[arg(long, value_enum, global = true, default_value_t = Colour::Auto, value_name = "quand", hide_default_value = true, hide_possible_values = true)]
    pub(crate) couleur: Colour,

    /// Ne dire que les erreurs
    #[arg(long, global = true)]
    pub(crate) silencieux: bool,

    /// Voir le dossier tel qu'on le connaissait ce jour-là, JJ/MM/AAAA
    #[arg(long = "vu-au", global = true, value_name = "jour")]
    pub(crate) vu_au: Option<String>,

    /// Pour ce rôle : refuser ce qui dépasse ses droits, ne montrer que ce qu'il peut voir
    #[arg(long = "rôle", alias = "role", global = true, value_name = "rôle")]
    pub(crate) role: Option<String>,

    /// Afficher cette aide
    #[arg(long, short = 'h', action = clap::ArgAction::Help, global = true)]
    help: Option<bool>,
}

/// Option des verbes qui calculent.
#[derive(Debug, Args)]
pub(crate) struct Engine {
    /// Moteur de calcul : auto, compilé ou interprète ; mêmes résultats au centime
    #[arg(long, value_name = "moteur", default_value = crate::engine::USUAL, hide_default_value = true)]
    pub(crate) moteur: String,
}

/// Options des verbes qui analysent deux exercices d'un scénario.
#[derive(Debug, Args)]
pub(crate) struct Study {
    /// Scénario ; sans lui, le premier du dossier
    #[arg(value_name = "scénario")]
    pub(crate) scenario: Option<String>,
    /// Exercice N, comparé à N-1 ; sans lui, celui du dernier mois constaté
    #[arg(long, value_name = "année")]
    pub(crate) exercice: Option<String>,
    /// Population déclarée ; sans elle, TITULAIRES et INDICIAIRES, ou tout l'établissement
    #[arg(long = "population", value_name = "population")]
    pub(crate) populations: Vec<String>,
    /// Constante qui vaut un point d'indice (valeur_du_point sans cette option)
    #[arg(long, value_name = "constante", default_value = "valeur_du_point", hide_default_value = true)]
    pub(crate) point: String,
    /// Script hors du dossier, lu en plus
    #[arg(long, value_name = "fichier")]
    pub(crate) avec: Vec<PathBuf>,
}

/// Formes des données.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Csv,
    #[value(name = "csv-brut")]
    CsvBrut,
    Json,
}

/// Couleurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Jamais,
}

/// Verbes.
#[derive(Debug, Subcommand)]
#[command(subcommand_help_heading = "Verbes", subcommand_value_name = "verbe")]
pub(crate) enum Verb {
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
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage chercher \"inflation dans budget_2027 tel que masse_salariale sur 2027 = 151 000 000 €\"\n  cadrage chercher \"valeur_du_point dans budget_2027 tel que masse_salariale sur 2027 = 15 000 000 €\" --entre 58 --et 62 --pas 0,001\n  cadrage chercher \"recruter ? agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/01/2027\n                    dans budget_2027 tel que etpt pour plafond ÉTAT sur 2027 = 110 ETPT\"\n  cadrage chercher \"faire partir 10 agents pour catégorie C au 31/12/2026 choisis par âge décroissant\n                    puis recruter ? agents grade IGE_CN échelon 7 composante SCIENCES plafond ÉTAT à compter du 01/01/2027\n                    dans budget_2027 entre 0 et 20 tel que masse_salariale sur 2027 inchangée\"\n  cadrage chercher \"recruter 3 agents … à compter du ? dans budget_2027 pas 1 jour tel que …\"\n  cadrage chercher                         les `chercher` des scripts\n  cadrage chercher --format json\n\nSans bornes ni pas, ce sont ceux de l'hypothèse (`entre … et …`, `précision n décimales`) ; un nombre va de 0 au double de celui qui\nest écrit, sinon à 100, une date parcourt les mois projetés. La réponse dit les deux voisines quand aucune valeur n'atteint le but\nexactement, et s'il y en a plusieurs ou aucune. Ctrl-C garde ce qui est essayé. Rien n'est écrit : elle donne la phrase à écrire.")]
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
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage balayer \"valeur_du_point dans budget_2027 majorer de 0 % à 3 % pas 0,5 %\"\n  cadrage balayer \"inflation dans budget_2027 de 0 % à 3 % pas 1 % ; valeur_du_point dans budget_2027 majorer de 0 % à 2 % pas 1 %\"\n  cadrage balayer \"recruter ? agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/01/2027\n                   dans budget_2027 de 0 à 6 pas 2 sur etpt ; masse_salariale / etpt\"\n  cadrage balayer \"recruter 3 agents … à compter du ? dans budget_2027 de 01/2027 à 09/2027 pas 2 mois sur 2027\"\n  cadrage balayer --sortie point.html      les `balayer` des scripts\n  cadrage balayer --format csv > point.csv\n\n`sur …` dit les mesures montrées, sinon masse salariale et ETPT. Ctrl-C arrête après l'essai en cours et garde ce qui est fait.")]
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
    /// Demander, essayer, comprendre : une question par ligne, la réponse dessous
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage console\n  cadrage console --avec essais.cadrage\n  echo \"etpt par composante sur 2027\" | cadrage console\n\nDans la console : une mesure ou une expression, une déclaration, ou un verbe ; `aide` les liste.\nCode de sortie : 1 si une ligne reçue par un tube est refusée.")]
    Console {
        /// Script hors du dossier, lu en plus
        #[arg(long, value_name = "fichier")]
        avec: Vec<PathBuf>,
        /// Vérifier ce qui est tapé avec les droits de ce rôle
        #[arg(long = "rôle", alias = "role", value_name = "rôle")]
        role: Option<String>,
        #[command(flatten)]
        engine: Engine,
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
    /// Aide générale, d'un verbe, d'un message ou du langage
    #[command(help_template = crate::help::VERB, after_help = "Exemples :\n  cadrage aide\n  cadrage aide importer\n  cadrage aide U01\n  cadrage aide manuel                    les pages du manuel\n  cadrage aide formules                  une page")]
    Aide {
        /// Verbe, code de message (U01, Q04, I03…) ou sujet du manuel (formules, mouvements…)
        #[arg(value_name = "sujet")]
        sujet: Option<String>,
    },
}

impl Verb {
    /// Can the verb look at the dossier from another day? The others refuse to be asked.
    pub(crate) fn looks_back(&self) -> bool {
        use Verb::{
            Balayer, Calculer, Charges, Chercher, Comparer, Console, Controler, CoutsMoyens, Eap, Expliquer, Gvt, MiseANiveau, Montrer,
            Mouvements, Pourquoi, Rapprocher, Restituer, SchemaEmplois,
        };
        matches!(
            self,
            Balayer { .. }
                | Calculer { .. }
                | Chercher { .. }
                | Charges { .. }
                | Comparer { .. }
                | Console { .. }
                | Controler { .. }
                | CoutsMoyens { .. }
                | Eap { .. }
                | Expliquer { .. }
                | Gvt { .. }
                | Mouvements { .. }
                | Restituer { .. }
                | Rapprocher { .. }
                | SchemaEmplois { .. }
                | Pourquoi { .. }
                | MiseANiveau { .. }
                | Montrer { .. }
        )
    }
}

impl Common {
    /// These options, for a verb that works in another dossier.
    pub(crate) fn of(format: Format, couleur: Colour, silencieux: bool) -> Self {
        Common { format, couleur, silencieux, vu_au: None, role: None, help: None }
    }
}
