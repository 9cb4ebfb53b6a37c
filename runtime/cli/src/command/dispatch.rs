//! Which verb does what: what was typed, as each verb asks for it.

use super::{
    Context, aide, balayer, calculer, charges, chercher, comparer, console, controler, couts_moyens, eap, expliquer, formater, gvt,
    importer, journal, mise_a_niveau, montrer, mouvements, nouveau, pourquoi, quarantaine, rapprocher, referentiels, restituer, saisir,
    schema_emplois, socle, tester, valider, verifier,
};
use crate::arguments::{Analyses, Facts, Figures, Scripts, Verb};

/// Runs the verb; its exit code, either way.
pub(super) fn run(context: &Context, verb: Verb) -> Result<u8, u8> {
    match verb {
        Verb::Facts(verb) => facts(context, verb),
        Verb::Scripts(verb) => scripts(context, verb),
        Verb::Figures(verb) => figures(context, verb),
        Verb::Analyses(verb) => analyses(context, verb),
        Verb::Console { engine, role, avec } => console::run(context, &engine.moteur, role, &avec),
        Verb::Aide { sujet } => aide::run(sujet.as_deref()),
    }
}

fn facts(context: &Context, verb: Facts) -> Result<u8, u8> {
    match verb {
        Facts::Nouveau { chemin } => nouveau::run(context, &chemin),
        Facts::Demo { chemin } => nouveau::demo(context, &chemin),
        Facts::Importer { deviner: Some(file), genre, .. } => importer::guess(context, &file, genre.as_deref()),
        Facts::Importer { livraisons, a_blanc, sortie, .. } => importer::run(context, &livraisons, a_blanc, sortie.as_deref()),
        Facts::Charges { detail } => charges::run(context, detail.as_deref()),
        Facts::Valider { mois, comptabilite, lever, motif } => {
            valider::run(context, &mois, comptabilite.as_deref(), lever, motif.as_deref().unwrap_or_default())
        }
        Facts::Rouvrir { mois, motif } => valider::reopen(context, &mois, &motif),
        Facts::Journal => journal::run(context),
        Facts::Saisir { nom, fichier, modele } => saisir::run(context, nom.as_deref(), fichier.as_deref(), modele.as_deref()),
        Facts::Referentiels { completer } => referentiels::run(context, completer),
        Facts::Quarantaine { exporter, rejouer } => quarantaine::run(context, exporter.as_deref(), rejouer.as_deref()),
    }
}

fn scripts(context: &Context, verb: Scripts) -> Result<u8, u8> {
    match verb {
        Scripts::Verifier { fichiers, corriger } => verifier::run(context, &fichiers, corriger),
        Scripts::Formater { fichiers, verifier } => formater::run(context, &fichiers, verifier),
        Scripts::Tester { fichiers, socle, couverture, engine } => tester::run(context, &fichiers, socle, couverture, &engine.moteur),
        Scripts::Socle { module, au } => socle::run(context, module.as_deref(), au.as_deref()),
        Scripts::Pourquoi { nom, scenario, en } => pourquoi::run(context, &nom, scenario.as_deref(), en.as_deref()),
        Scripts::MiseANiveau { module, version, fichier, accepter } => {
            mise_a_niveau::run(context, &module, version.as_deref(), fichier.as_deref(), accepter)
        }
        Scripts::Montrer { etape, fichiers } => montrer::run(context, &etape, &fichiers),
    }
}

fn figures(context: &Context, verb: Figures) -> Result<u8, u8> {
    match verb {
        Figures::Calculer { scenarios, chronometrer, engine, avec } => {
            calculer::run(context, &scenarios, chronometrer, &engine.moteur, &avec)
        }
        Figures::Controler { scenarios, detail, engine, avec, sortie } => {
            controler::run(context, &scenarios, detail.as_deref(), &engine.moteur, &avec, sortie.as_deref())
        }
        Figures::Comparer { scenario, reference, exercice, exercice_reference, par, sur, detail, au_plus, sortie, engine, avec } => {
            let request = scenario.map(|scenario| cadrage_session::ComparisonRequest {
                scenario,
                reference,
                year: exercice,
                reference_year: exercice_reference,
                level: par,
                ..cadrage_session::ComparisonRequest::default()
            });
            comparer::run(context, &comparer::Asked { request, sur, detail, au_plus }, &engine.moteur, &avec, sortie.as_deref())
        }
        Figures::Expliquer { question, scenario, au_plus, sortie, engine, avec } => {
            let asked = expliquer::Asked { words: question, scenario, au_plus };
            expliquer::run(context, &asked, &engine.moteur, &avec, sortie.as_deref())
        }
        Figures::Chercher { phrase, entre, et, pas, engine, avec } => {
            let asked = chercher::Asked { words: phrase, bounds: entre.zip(et), step: pas };
            chercher::run(context, &asked, &engine.moteur, &avec)
        }
        Figures::Balayer { phrase, exercice, sortie, engine, avec } => {
            let asked = balayer::Asked { words: phrase, exercice };
            balayer::run(context, &asked, &engine.moteur, &avec, sortie.as_deref())
        }
        Figures::Restituer { nom, scenarios, engine, avec, sortie } => {
            restituer::run(context, &nom, &scenarios, &engine.moteur, &avec, sortie.as_deref())
        }
    }
}

fn analyses(context: &Context, verb: Analyses) -> Result<u8, u8> {
    match verb {
        Analyses::Rapprocher { scenario, du, au, detail, au_plus, engine, avec } => {
            let asked = rapprocher::Asked { scenario, du, au, detail, au_plus };
            rapprocher::run(context, &asked, &engine.moteur, &avec)
        }
        Analyses::Mouvements { du, au, detail, au_plus } => mouvements::run(context, &mouvements::Asked { du, au, detail, au_plus }),
        Analyses::Gvt { study, regle, noria, detail } => gvt::run(context, &study.asked(), &regle, &noria, detail.as_deref()),
        Analyses::Eap { study } => eap::run(context, &study.asked()),
        Analyses::SchemaEmplois { study, par, viser } => schema_emplois::run(context, &study.asked(), par.as_deref(), viser.as_deref()),
        Analyses::CoutsMoyens { study, minimum, sans, poste, contre, engine } => {
            let engine = &engine.moteur;
            let posts = couts_moyens::Posts { minimum, without: &sans, posts: &poste, against: contre.as_deref(), engine };
            couts_moyens::run(context, &study.asked(), &posts)
        }
    }
}
