//! Each quality code on a small delivery: what is counted, what is done.

use cadrage_cube::{LoadReport, MonthFacts};
use cadrage_value::{Exact, Money};

use crate::made::{Made, count};

fn load(made: &Made) -> (LoadReport, MonthFacts) {
    let report = made.import("2026-01").unwrap();
    assert!(report.foots());
    let mut dossier = made.dossier();
    let facts = dossier.cube().unwrap().months[&"2026-01".parse().unwrap()].clone();
    (report, facts)
}

fn x(text: &str) -> Exact {
    text.parse().unwrap()
}

#[test]
fn a_clean_delivery_has_only_its_negative_line() {
    let (report, facts) = load(&Made::new());
    assert_eq!(report.quality.iter().map(|q| q.code.as_str()).collect::<Vec<_>>(), ["Q06"]);
    assert!(report.blocking().is_empty());
    assert_eq!((facts.situations.len(), facts.affectations.len(), facts.pay.len()), (3, 2, 6));
    assert_eq!(report.read_amount(), Money::from_cents(599_792));
    let a1 = &facts.situations[0];
    assert_eq!((a1.state.inm, a1.state.enfants, a1.end), (Some(523), 1, None));
    assert_eq!(facts.situations[1].state.quotite_remuneree, Some(x("6/7")));
}

#[test]
fn lines_are_cut_over_structures_and_the_residue_goes_to_rank_one() {
    let made = Made::new();
    load(&made);
    let mut dossier = made.dossier();
    let parts = dossier.cube().unwrap().attributed();
    let first: Vec<_> = parts.iter().filter(|p| p.line == 0).map(|p| (p.composante.as_str(), p.amount.cents(), p.etpt.clone())).collect();
    assert_eq!(first, [("SCI", 166_676, &x("1/12") * &x("6667/10000")), ("ECO", 83_325, &x("1/12") * &x("3333/10000"))]);
    let manual: Vec<_> =
        parts.iter().filter(|p| p.line == 5).map(|p| (p.composante.as_str(), p.amount.cents(), p.grade.as_str())).collect();
    assert_eq!(manual, [("SCI", 10_000, "?")]);
}

#[test]
fn an_unknown_matricule_keeps_its_money_and_comes_back_with_a_corrected_file_of_people() {
    let mut made = Made::new();
    made.change("retour_de_paie", "2026-01;1;A1;", "2026-01;1;A9;");
    let (report, facts) = load(&made);
    assert_eq!((count(&report, "Q01"), &*facts.pay[0].matricule), (1, "?"));
    assert_eq!(report.unknown.iter().find(|u| u.axe == "agent").unwrap().amount, Money::from_cents(250_001));
    // The SIRH sends the missing agent: the pay, not sent again, finds him.
    made.add(
        "mouvements_constates",
        "A9;1;X;Y;1980-01-01;2010-01-01;TITULAIRE;MCF_CN;1;;2025-09-01;0;464;AC;1;1;INDICIAIRE;;;ECO;0;;2025-09-01;",
    );
    made.files.retain(|kind, _| *kind == "mouvements_constates");
    made.remises.insert("mouvements_constates", 2);
    made.import("2026-01-bis").unwrap();
    let mut dossier = made.dossier();
    let cube = dossier.cube().unwrap();
    assert_eq!(cube.months[&"2026-01".parse().unwrap()].pay[0].matricule.as_ref(), "A9");
    assert_eq!(cube.attributed()[0].composante, "ECO");
}

#[test]
fn a_structure_added_to_the_list_takes_its_people_back() {
    let mut made = Made::new();
    made.change("mouvements_constates", ";ECO;0;", ";NEUVE;0;");
    made.change("hors_psop", ";SCI;", ";VIEUX;");
    let (report, facts) = load(&made);
    assert_eq!((count(&report, "Q03"), facts.situations[1].state.structure.as_str()), (2, "?"));
    let q03: Vec<_> = report.findings.iter().filter(|f| f.code == "Q03").map(|f| f.amount.cents()).collect();
    assert_eq!(q03, [10_000, 300_000]);
    let list = made.root().join("referentiels/structure.csv");
    let text = std::fs::read_to_string(&list).unwrap() + "NEUVE;Neuve;COMPOSANTE;UNIV;;2020-01-01;\n";
    std::fs::write(list, text).unwrap();
    let mut dossier = made.dossier();
    assert_eq!(dossier.cube().unwrap().months.values().next().unwrap().situations[1].state.structure, "NEUVE");
}

#[test]
fn rates_that_miss_100_are_repaired_when_close() {
    let mut made = Made::new();
    let (report, facts) = load(made.change("multi_affectations", "33,33", "33,30"));
    assert_eq!((count(&report, "Q04"), facts.affectations[0].rate.clone()), (1, x("66,70")));
    let mut made = Made::new();
    let (report, facts) = load(made.change("multi_affectations", "33,33", "43,33"));
    assert_eq!((count(&report, "Q04"), facts.affectations[0].rate.clone()), (1, x("66,67")));
    let mut dossier = made.dossier();
    let parts: Vec<_> = dossier.cube().unwrap().attributed().into_iter().filter(|p| p.line == 0).collect();
    assert_eq!(parts[0].etpt, &x("1/12") * &x("6667/11000"));
    assert_eq!(parts.iter().map(|p| p.amount.cents()).sum::<i64>(), 250_001);
}

#[test]
fn an_impossible_quotite_takes_the_previous_month_else_one() {
    for (bad, code) in [("0", "Q08"), ("5/4", "Q08"), ("4/0", "Q08"), ("-1/2", "Q08"), ("presque", "Q15")] {
        let mut made = Made::new();
        let (report, facts) = load(made.change("mouvements_constates", ";4/5;", &format!(";{bad};")));
        assert_eq!((count(&report, code), facts.situations[1].state.quotite.clone()), (1, Some(Exact::ONE)), "{bad}");
        assert_eq!(facts.situations[1].state.quotite_remuneree, Some(x("6/7")));
    }
    let mut made = Made::new();
    made.import("2026-01").unwrap();
    made.month = "2026-02";
    for kind in ["retour_de_paie", "hors_psop"] {
        let text = made.text(kind).replace("2026-01", "2026-02");
        made.files.insert(kind, text.into_bytes());
    }
    made.change("mouvements_constates", ";4/5;", ";9;").import("2026-02").unwrap();
    let mut dossier = made.dossier();
    let situations = &dossier.cube().unwrap().months[&"2026-02".parse().unwrap()].situations;
    assert_eq!(situations[1].state.quotite, Some(x("4/5")));
}

#[test]
fn cancelled_and_overlapping_situations() {
    let mut made = Made::new();
    made.add(
        "mouvements_constates",
        "A2;2;X;Y;1985-04-05;2015-09-01;TITULAIRE;MCF_CN;1;;2025-09-01;0;464;AC;1/2;1/2;INDICIAIRE;;;SCI;0;;2025-09-01;2025-09-01",
    );
    made.add(
        "mouvements_constates",
        "A2;3;X;Y;1985-04-05;2015-09-01;TITULAIRE;MCF_CN;1;;2025-09-01;0;464;AC;1/2;1/2;INDICIAIRE;;;SCI;0;;2026-01-10;2026-01-20",
    );
    let (report, facts) = load(&made);
    assert_eq!(count(&report, "Q09"), 2);
    let a2: Vec<_> =
        facts.situations.iter().filter(|s| s.matricule == "A2").map(|s| (s.start.to_string(), s.end.map(|d| d.to_string()))).collect();
    let end = |t: &str| Some(t.to_owned());
    assert_eq!(a2, [("2025-09-01".into(), end("2026-01-10")), ("2026-01-10".into(), end("2026-01-20")), ("2026-01-20".into(), None)]);
    let people = &report.files[0];
    assert_eq!((people.read, people.accepted, people.set_aside, people.repaired), (5, 4, 1, 1));
    // Same start: the later segment wins and the other row has no day left.
    let mut made = Made::new();
    made.add(
        "mouvements_constates",
        "A2;2;X;Y;1985-04-05;2015-09-01;TITULAIRE;MCF_CN;1;;2025-09-01;0;464;AC;1/2;1/2;INDICIAIRE;;;SCI;0;;2025-09-01;",
    );
    let (report, facts) = load(&made);
    assert_eq!((report.files[0].set_aside, facts.situations.iter().filter(|s| s.matricule == "A2").count()), (1, 1));
}

#[test]
fn amounts_are_repaired_or_quarantined_and_the_gap_blocks() {
    let mut made = Made::new();
    let (report, facts) = load(made.change("retour_de_paie", "2500,01", "2\u{A0}500,01"));
    assert_eq!((count(&report, "Q15"), report.blocking().len(), facts.pay[0].amount.cents()), (1, 0, 250_001));
    for bad in ["***", "2500.01", "", "2 500,01", "99999999999,00"] {
        let mut made = Made::new();
        let delivery = made.write("2026-01");
        let manifest = std::fs::read_to_string(delivery.join("manifeste.csv")).unwrap();
        made.change("retour_de_paie", "2500,01", bad);
        let delivery = made.write("2026-01");
        let now = std::fs::read_to_string(delivery.join("manifeste.csv")).unwrap();
        // The announced total is that of the sound file.
        let total = |t: &str| t.lines().find(|l| l.contains(";retour_de_paie;")).unwrap().split(';').nth(7).unwrap().to_owned();
        let before = now.lines().find(|l| l.contains(";retour_de_paie;")).unwrap().to_owned();
        let after = before.replacen(&format!(";{};utf", total(&now)), &format!(";{};utf", total(&manifest)), 1);
        std::fs::write(delivery.join("manifeste.csv"), now.replace(&before, &after)).unwrap();
        let report = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap();
        assert_eq!(report.blocking(), ["Q13", "Q15"], "{bad}");
        let pay = report.files.iter().find(|f| f.kind == cadrage_cube::Kind::RetourDePaie).unwrap();
        assert_eq!((pay.accepted, pay.quarantined), (4, 1));
        assert_eq!(report.findings.iter().find(|f| f.code == "Q13").unwrap().amount, Money::from_cents(250_001));
        assert_eq!(count(&report, "Q02"), 0, "A1 has other lines");
    }
}

#[test]
fn analytic_keys_fall_back_on_the_last_valid_one_of_the_resource() {
    let mut made = Made::new();
    made.add("retour_de_paie", "2026-01;6;A2;;INTERNE;101000;COURANT;;641110;10,00;;;CC_P;ANR00;;;");
    made.add("retour_de_paie", "2026-01;7;A1;;INTERNE;101000;COURANT;;641110;10,00;;;CC_P;ANR00;;;");
    made.add("retour_de_paie", "2026-01;8;A1;;ETAT;101000;COURANT;;641110;10,00;;;NULLE_PART;;;;");
    let (report, facts) = load(&made);
    assert_eq!(count(&report, "Q16"), 3);
    let keys: Vec<_> = facts.pay[5..8].iter().map(|p| (&*p.centre, &*p.eotp)).collect();
    assert_eq!(keys, [("CC_P", "ANR01"), ("?", ""), ("CC_E", "")]);
}

#[test]
fn other_codes() {
    let mut made = Made::new();
    made.change("mouvements_constates", ";523;AC", ";530;AC");
    made.change("mouvements_constates", "1985-04-05", "3/14/85");
    made.change("mouvements_constates", "SCI_MATH;1;", "SCI_MATH;#VALEURMULTI;");
    made.change("retour_de_paie", "ANTERIEUR;2025-12", "ANTERIEUR;");
    made.change("retour_de_paie", "2026-01;5;V1;;INTERNE;202251;", "2026-01;5;V1;;INTERNE;999999;");
    made.change("retour_de_paie", ";CC_E;;;1/12;1/12", ";CC_E;;;5/48;5/48");
    made.add(
        "mouvements_constates",
        "A3;1;X;Y;1980-01-01;2010-01-01;TITULAIRE;MCF_CN;1;;2025-09-01;0;464;AC;1;1;INDICIAIRE;;;ECO;0;;2025-09-01;",
    );
    let (report, facts) = load(&made);
    for (code, n) in [("Q02", 1), ("Q07", 1), ("Q10", 1), ("Q11", 1), ("Q14", 1), ("Q15", 2)] {
        assert_eq!(count(&report, code), n, "{code}\n{}", report.text());
    }
    assert_eq!((facts.situations[0].state.inm, facts.situations[0].state.enfants, facts.situations[1].state.birth), (Some(530), 0, None));
    assert_eq!(report.learned["elements_paie"], ["999999"]);
    assert!(facts.pay[3].anterieur && facts.pay[3].origin.is_none());
    // The page never carries a name or a birth date.
    for text in [report.text(), report.csv(), report.json().to_string()] {
        assert!(!text.contains("14/85") && !text.contains("DURAND") && !text.contains("MARTIN"), "{text}");
    }
}

#[test]
fn guards_codes_in_any_case_and_unknown_columns() {
    let mut made = Made::new();
    let text = made.text("retour_de_paie").replace(";101000;", ";=\"101000\";").replace(";A1;", ";a1;");
    let text = text.replacen("etpf\n", "etpf;remarque\n", 1).replace("1/12;1/12\n", "1/12;1/12;bonjour\n");
    made.files.insert("retour_de_paie", text.into_bytes());
    let (report, facts) = load(&made);
    assert_eq!((&*facts.pay[0].rubrique, &*facts.pay[0].matricule), ("101000", "A1"));
    assert_eq!(report.notes.iter().filter(|n| n.contains("`remarque`")).count(), 1);
}

#[test]
fn expected_imputations_are_repaired_like_affectations() {
    let mut made = Made::new();
    let rows = "matricule;rubrique;date_debut;date_fin_exclue;rang;centre_de_cout;eotp;pourcentage\n\
                A1;*;2026-02-01;;2;CC_P;ANR01;39,98\nA1;*;2026-02-01;;1;CC_E;;60,00\n\
                A2;*;2026-02-01;;1;CC_E;;50,00\nA2;*;2026-02-01;;2;CC_P;ANR00;40,00\n";
    made.files.insert("imputations_previsionnelles", rows.as_bytes().to_vec());
    let (report, facts) = load(&made);
    assert_eq!((count(&report, "Q05"), count(&report, "Q16")), (2, 1));
    let shares: Vec<_> = facts.imputations.iter().map(|i| (i.matricule.as_str(), i.rank, i.share.clone(), &*i.eotp)).collect();
    // The gap goes to the first rank, wherever its row is; a large one stands. A closed eOTP gives way to the last one paid.
    assert_eq!(shares, [("A1", 2, x("39,98"), "ANR01"), ("A1", 1, x("60,02"), ""), ("A2", 1, x("50"), ""), ("A2", 2, x("40"), "ANR01")]);
}

#[test]
fn a_gap_of_five_hundredths_is_repaired_and_six_is_not() {
    for (second, first, repaired) in
        [("33,28", "66,72", true), ("33,38", "66,62", true), ("33,27", "66,67", false), ("33,39", "66,67", false)]
    {
        let mut made = Made::new();
        let (report, facts) = load(made.change("multi_affectations", "33,33", second));
        assert_eq!((count(&report, "Q04"), facts.affectations[0].rate.clone()), (1, x(first)), "{second}");
        assert_eq!(report.files.iter().find(|f| f.kind == cadrage_cube::Kind::MultiAffectations).unwrap().repaired, usize::from(repaired));
    }
}

#[test]
fn an_establishment_sets_its_own_thresholds() {
    let from = |text: &str| cadrage_value::Date::parse(text).unwrap();
    // 1 % and 2 ETPT until June, then what the format says.
    let thresholds = cadrage_cube::Thresholds::new(
        vec![(None, x("1/100")), (Some(from("2026-06-01")), x("1/2000"))],
        vec![(None, x("2")), (Some(from("2026-06-01")), x("1"))],
    );
    for (month, repaired, flagged) in [("2026-01", 1, 0), ("2026-07", 0, 1)] {
        let mut made = Made::new();
        made.month = month;
        for kind in ["retour_de_paie", "hors_psop"] {
            let text = made.text(kind).replace("2026-01", month);
            made.files.insert(kind, text.into_bytes());
        }
        made.change("multi_affectations", "33,33", "32,50").change("retour_de_paie", ";CC_E;;;1/12;1/12", ";CC_E;;;1/6;1/12");
        let mut dossier = made.dossier();
        dossier.set_thresholds(thresholds.clone());
        let report = dossier.import(&made.write(month), &mut |_, _, _| {}).unwrap();
        let splits = report.files.iter().find(|f| f.kind == cadrage_cube::Kind::MultiAffectations).unwrap();
        assert_eq!((count(&report, "Q04"), splits.repaired, count(&report, "Q14")), (1, repaired, flagged), "{month}");
        // A threshold that is not the format's is said.
        assert_eq!(report.notes.iter().filter(|n| n.contains("seuils de l'établissement : écart réparé jusqu'à 1,00")).count(), repaired);
    }
}

#[test]
fn a_twelfth_is_one_job_and_more_is_flagged() {
    for (etpt, found) in [("1/12", 0), ("0,08334", 0), ("0,0834", 1)] {
        let mut made = Made::new();
        let (report, _) = load(made.change("retour_de_paie", ";CC_E;;;1/12;1/12", &format!(";CC_E;;;{etpt};1/12")));
        assert_eq!(count(&report, "Q14"), found, "{etpt}");
    }
}

/// Count and cents of every code at once: the truth of this delivery, worked out by hand.
#[test]
fn every_code_has_its_count_and_its_euros() {
    let mut made = Made::new();
    let row = "1;X;Y;1980-01-01;2010-01-01;TITULAIRE";
    for (matricule, rest) in [
        ("A3", "MCF_CN;1;;2025-09-01;0;464;AC;1;1;INDICIAIRE;;;ECO;0;;2025-09-01;"),
        ("A4", "INCONNU;1;;2025-09-01;0;464;AC;3/2;1;INDICIAIRE;;;NULLE;0;;2025-09-01;"),
        ("A5", "MCF_CN;1;;2025-09-01;0;500;AC;1;1;INDICIAIRE;;;ECO;0;;2026-01-10;2026-01-10"),
    ] {
        made.add("mouvements_constates", &format!("{matricule};{row};{rest}"));
    }
    made.change("mouvements_constates", ";523;AC", ";530;AC");
    made.change("multi_affectations", "33,33", "43,33");
    let pay = |n: u32, matricule: &str, rest: &str| format!("2026-01;{n};{matricule};;{rest}");
    made.add("retour_de_paie", &pay(6, "A4", "ETAT;101000;COURANT;;641110;1800,00;;;CC_E;;;1/6;1/12"));
    made.add("retour_de_paie", &pay(7, "Z9", "ETAT;999999;COURANT;;641110;70,00;;;CC_E;;;;"));
    made.add("retour_de_paie", &pay(8, "A5", "ETAT;101000;ANTERIEUR;;641110;40,00;;;NULLE;;;;"));
    made.add("retour_de_paie", &pay(9, "A5", "ETAT;101000;COURANT;;641110;5 000,00;;;CC_E;;;;"));
    made.files.insert(
        "imputations_previsionnelles",
        b"matricule;rubrique;date_debut;date_fin_exclue;rang;centre_de_cout;eotp;pourcentage\nA1;*;2026-02-01;;1;CC_E;;90,00\n".to_vec(),
    );
    let delivery = made.write("2026-01");
    // The manifest announces the amount that cannot be read.
    let manifest = std::fs::read_to_string(delivery.join("manifeste.csv")).unwrap();
    assert!(manifest.contains(";9;7807,92;"), "{manifest}");
    std::fs::write(delivery.join("manifeste.csv"), manifest.replace(";9;7807,92;", ";9;12807,92;")).unwrap();
    let report = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap();
    assert!(report.foots());
    let found: Vec<_> = report.quality.iter().map(|q| (q.code.as_str(), q.count, q.amount.cents())).collect();
    let want = [
        // A5 has no situation left: the pay is on `?`.
        ("Q01", 2, 11_000),
        ("Q02", 1, 0),
        ("Q03", 1, 180_000),
        ("Q04", 1, 246_292),
        ("Q05", 1, 0),
        ("Q06", 1, -3_709),
        ("Q07", 1, 4_000),
        ("Q08", 1, 180_000),
        ("Q09", 1, 4_000),
        ("Q10", 2, 7_000),
        ("Q11", 1, 246_292),
        ("Q13", 1, 500_000),
        ("Q14", 1, 180_000),
        ("Q15", 1, 0),
        ("Q16", 1, 4_000),
    ];
    assert_eq!(found, want, "{}", report.text());
    assert_eq!(report.blocking(), ["Q13", "Q15"]);
}

#[test]
fn cells_that_do_not_line_up_show_no_name() {
    let mut made = Made::new();
    // A separator too many: the name is read as a birth date.
    made.change("mouvements_constates", "A1;1;DURAND;", "A1;1;;;DURAND;");
    let (report, _) = load(&made);
    for text in [report.text(), report.csv(), report.json().to_string(), LoadReport::html(std::slice::from_ref(&report))] {
        assert!(!text.contains("DURAND") && !text.contains("ANNE"), "{text}");
    }
}

#[test]
fn a_month_without_competences_is_a_month_and_so_is_one_with() {
    let mut made = Made::new();
    let (_, facts) = load(&made);
    assert!(facts.competences.is_empty());
    made.files.clear();
    let rows =
        "matricule;competence;niveau;date_debut;date_fin_exclue\nA1;ANGLAIS;4;2013-06-01;\nA1;PYTHON;7;2013-06-01;\nA2;;1;2013-06-01;\n";
    made.files.insert("competences", rows.as_bytes().to_vec());
    let report = made.import("2026-01-competences").unwrap();
    assert_eq!((report.files[0].accepted, report.files[0].quarantined, report.files[0].fields_quarantined), (2, 1, 1));
    let mut dossier = made.dossier();
    let facts = &dossier.cube().unwrap().months[&"2026-01".parse().unwrap()];
    let kept: Vec<_> = facts.competences.iter().map(|c| (c.competence.as_str(), c.niveau)).collect();
    assert_eq!(kept, [("ANGLAIS", Some(4)), ("PYTHON", None)]);
    assert_eq!(facts.pay.len(), 6, "the rest of the month stays");
}

#[test]
fn lines_are_those_a_person_sees_whatever_ends_them() {
    for (name, end) in [("LF", "\n"), ("CRLF", "\r\n")] {
        let mut made = Made::new();
        made.change("retour_de_paie", "435,00", "43O,00");
        let text = made.text("retour_de_paie").replace('\n', end);
        made.files.insert("retour_de_paie", text.into_bytes());
        let (report, _) = load(&made);
        let found = report.findings.iter().find(|f| f.code == "Q15" && f.column == "montant").unwrap();
        assert_eq!(found.line, 6, "{name}");
    }
}
