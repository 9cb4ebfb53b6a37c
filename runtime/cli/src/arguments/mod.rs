//! What a person types: options, and verbs by family. Every option with an accent has an unaccented alias.

mod analyses;
mod facts;
mod figures;
mod scripts;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use analyses::Analyses;
pub(crate) use facts::Facts;
pub(crate) use figures::Figures;
pub(crate) use scripts::Scripts;

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
    #[command(flatten)]
    Facts(Facts),
    #[command(flatten)]
    Scripts(Scripts),
    #[command(flatten)]
    Figures(Figures),
    #[command(flatten)]
    Analyses(Analyses),
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
        match self {
            Verb::Facts(verb) => verb.looks_back(),
            Verb::Scripts(verb) => verb.looks_back(),
            Verb::Figures(_) | Verb::Analyses(_) | Verb::Console { .. } => true,
            Verb::Aide { .. } => false,
        }
    }
}

impl Common {
    /// These options, for a verb that works in another dossier.
    pub(crate) fn of(format: Format, couleur: Colour, silencieux: bool) -> Self {
        Common { format, couleur, silencieux, vu_au: None, role: None, help: None }
    }
}
