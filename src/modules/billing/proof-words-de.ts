import type { AdoptionDifference } from './adoption/adoption-proof-words.ts'
import type { DifferenceKind } from './proof-kinds.ts'
import type { DifferenceWords } from './proof-words.ts'

const COMPARE =
  'Vergleichen Sie die genannten Einträge mit dem Protokoll und lassen Sie die Ursache von denen beheben, die das Produkt betreuen.'

export const proofWordsDe: Record<Exclude<DifferenceKind, AdoptionDifference>, DifferenceWords> = {
  clearing_payment: {
    title: 'Bücher und Zahlungsdienst sind bei einer Zahlung uneins',
    text: 'Unsere Bücher sagen von dieser Zahlung etwas anderes, als der Zahlungsdienst eingezogen hat, abzüglich Erstattungen und Anfechtungen. Meist ging eine Nachricht des Zahlungsdienstes verloren.',
    left: 'Unsere Bücher',
    right: 'Zahlungsdienst',
    person: 'Öffnen Sie die Zahlung hier und beim Zahlungsdienst und vergleichen Sie Erstattungen und Anfechtungen.',
  },
  clearing_unknown: {
    title: 'Der Zahlungsdienst hat Geld, das keine unserer Zahlungen kennt',
    text: 'Eine Belastung trägt unser Zeichen, gehört aber zu keiner unserer Zahlungen. Meist fehlt die Nachricht darüber, oder sie wird zurückgehalten.',
    left: 'Unsere Bücher',
    right: 'Zahlungsdienst',
    person: 'Suchen Sie die Belastung im Dashboard des Zahlungsdienstes. Gehört sie niemandem, erstatten Sie sie dort.',
  },
  clearing_currency: {
    title: 'Bücher und Zahlungsdienst sind in einer Währung uneins',
    text: 'Die Summen weichen ab, und keine einzelne Zahlung erklärt es.',
    left: 'Unsere Bücher',
    right: 'Zahlungsdienst',
    person: 'Suchen Sie beim Zahlungsdienst nach Bewegungen von Hand in dieser Währung.',
  },
  message_held: {
    title: 'Eine Nachricht des Zahlungsdienstes wird zurückgehalten',
    text: 'Sie ließ sich keiner unserer Zahlungen zuordnen. Daran kann Geld hängen.',
    person: 'Sehen Sie sie unter „Nicht zugeordnet“ an; legen Sie sie beiseite, wenn sie nicht uns betrifft.',
  },
  message_lost: {
    title: 'Eine Nachricht des Zahlungsdienstes kam an und blieb liegen',
    text: 'Sie wurde gespeichert und bestätigt, aber kein Auftrag bearbeitet sie.',
  },
  payment_twice: {
    title: 'Eine Zahlung beim Zahlungsdienst zählt doppelt',
    text: 'Zwei unserer Zahlungen nennen dieselbe beim Zahlungsdienst.',
    person: 'Finden Sie heraus, zu welcher sie gehört. Die andere darf nicht als bezahlt zählen.',
  },
  payment_unbooked: {
    title: 'Eine Zahlung gelang und steht nicht in den Büchern',
    text: 'Sie zählt als bezahlt, aber es wurde kein Geld gebucht.',
    left: 'Zahlung',
    right: 'Unsere Bücher',
    person: COMPARE,
  },
  payment_overgiven: {
    title: 'Eine Zahlung gab Rechnungen mehr, als sie brachte',
    text: 'Ihre Rechnungen nahmen mehr davon, als sie hat, oder sie ist beendet und hält noch eine fest.',
    left: 'Zahlung',
    right: 'Von Rechnungen genommen',
    person: COMPARE,
  },
  books_unbalanced: {
    title: 'Die Bücher ergeben nicht null',
    text: 'Alle Buchungen einer Währung müssen zusammen null ergeben.',
    left: 'Soll',
    right: 'Ist',
    person: 'Korrigieren Sie nichts von Hand und suchen Sie die Buchung, die nicht aufgeht; sie steht daneben.',
  },
  ledger_unbalanced: {
    title: 'Eine Buchung geht nicht auf',
    text: 'Ihre Teile müssen in jeder Währung null ergeben.',
    left: 'Soll',
    right: 'Ist',
    person: 'Buchungen werden nie geändert. Es braucht eine berichtigende Buchung.',
  },
  ledger_empty: {
    title: 'Eine Buchung hat keine Teile',
    text: 'Sie sagt, dass etwas geschah, aber kein Konto hat sich bewegt.',
    person: COMPARE,
  },
  receivable_differs: {
    title: 'Was ein Kunde schuldet, ist nicht, was seine Belege sagen',
    text: 'Sein Konto in den Büchern weicht von dem ab, was er vorausbezahlt hat oder was wir ihm schulden.',
    left: 'Unsere Bücher',
    right: 'Belege',
    person:
      'Gehen Sie Zahlungen, Gutschriften und Erstattungen des Kunden durch: Eine ist zu oft oder gar nicht gebucht.',
  },
  disputes_differ: {
    title: 'Angefochtenes Geld ist anders gebucht als seine Anfechtung',
    text: 'Was die Bank hält oder nahm, ist nicht, was die Bücher sagen.',
    left: 'Unsere Bücher',
    right: 'Anfechtungen',
    person: 'Vergleichen Sie die Anfechtungen des Kunden mit dem Dashboard des Zahlungsdienstes.',
  },
  invoice_unbooked: {
    title: 'Eine bezahlte Rechnung steht nicht in den Büchern',
    text: 'Sie ist bezahlt, aber in den Büchern wurde dafür nichts verdient.',
    left: 'Rechnung',
    right: 'Unsere Bücher',
  },
  invoice_paid: {
    title: 'Eine Rechnung zählt anderes Geld, als bezahlt wurde',
    text: 'Was sie als bezahlt zählt, ist nicht, was Zahlungen und Guthaben brachten.',
    left: 'Gezählt',
    right: 'Eingegangen',
    person: COMPARE,
  },
  invoice_lines: {
    title: 'Eine Rechnung ist nicht die Summe ihrer Posten',
    text: 'Posten und Steuern ergeben etwas anderes als ihren Betrag.',
    left: 'Posten',
    right: 'Rechnung',
    person:
      'Versenden Sie sie nicht. Stornieren Sie sie, wenn sie offen ist; ist sie bezahlt, berichtigen Sie sie mit einer Gutschrift.',
  },
  invoice_taxes: {
    title: 'Die Steuer einer Rechnung ist nicht die Summe ihrer Steuern',
    text: 'Die Steuern nach Sätzen ergeben etwas anderes als ihre Steuer.',
    left: 'Nach Sätzen',
    right: 'Rechnung',
    person:
      'Versenden Sie sie nicht. Stornieren Sie sie, wenn sie offen ist; ist sie bezahlt, berichtigen Sie sie mit einer Gutschrift.',
  },
  invoice_missing: {
    title: 'Ein Teil eines Belegs gehört zu nichts',
    text: 'Eine Position oder Steuer gehört zu einem Beleg, den es nicht gibt, oder ein Beleg zu einem Verkäufer, den es nicht gibt.',
    person: 'Jemand hat am Produkt vorbei in die Datenbank geschrieben: die Zeilen aus einer Sicherung zurückholen.',
  },
  transfer_waits: {
    title: 'Auf eine Überweisung wird so gewartet, dass es nicht gut ausgehen kann',
    text: 'Die Bestellung wartet bis zu einem anderen Tag als ihr Beleg, oder der Kunde soll überweisen und es gibt kein Konto.',
    person: 'Sehen Sie die Bestellung und das Bankkonto in den Einstellungen des Verkäufers an.',
  },
  hold_overrun: {
    title: 'Etwas soll gesperrt oder beendet werden, obwohl es ausgesetzt ist',
    text: 'Es soll bis zu einem späteren Tag gewartet werden, und der Schritt ist jetzt verlangt.',
    person: 'Setzen Sie an der Rechnung noch einmal aus: Dann wartet der Schritt auf seinen Tag.',
  },
  money_under_way: {
    title: 'Geld ist seit mehr als einem Monat unterwegs',
    text: 'Eine Zahlung wurde begonnen, etwa eine Lastschrift, und der Zahlungsdienst meldet weder Eingang noch Rückgabe.',
    person: 'Sehen Sie die Zahlung im Dashboard des Zahlungsdienstes an.',
  },
  invoice_unnumbered: {
    title: 'Eine bezahlte Rechnung hat keine Nummer',
    text: 'Sie wurde vor mehr als einer Stunde bezahlt und ist noch eine Proforma-Rechnung.',
  },
  credit_note_unnumbered: {
    title: 'Eine Gutschrift hat keine Nummer',
    text: 'Sie entstand vor mehr als einer Stunde, und ihre Rechnung hat eine Nummer.',
  },
  number_gap: {
    title: 'Ein Nummernkreis hat eine Lücke oder Wiederholung',
    text: 'Nummern müssen von eins an lückenlos laufen.',
    person:
      'Nummern werden nie neu vergeben. Halten Sie den Grund für Ihre Steuerberatung fest und suchen Sie den fehlenden Beleg.',
  },
  number_backwards: {
    title: 'Ein Beleg ist früher datiert als der vor ihm',
    text: 'Daten dürfen in einem Nummernkreis nicht zurücklaufen, und eine Gutschrift kommt nach ihrer Rechnung.',
    person: 'Ein nummerierter Beleg ändert sich nicht mehr. Halten Sie den Grund für Ihre Steuerberatung fest.',
  },
  number_changed: {
    title: 'Ein nummerierter Beleg wurde geändert',
    text: 'Er sagt nicht mehr, was er sagte, als er seine Nummer bekam.',
    person:
      'Jemand schrieb am Produkt vorbei in die Datenbank. Vergleichen Sie mit einer Sicherung und stellen Sie den Beleg wieder her.',
  },
  number_counter: {
    title: 'Die nächste Nummer folgt nicht auf die letzte',
    text: 'Der Zähler eines Nummernkreises würde eine Nummer auslassen oder wiederholen.',
    person: 'Bis der Zähler stimmt, sollte in diesem Nummernkreis kein Beleg ausgestellt werden.',
  },
  refund_count: {
    title: 'Eine Zahlung zählt andere Erstattungen, als sie hat',
    text: 'Was sie als erstattet zählt, ist nicht die Summe ihrer Erstattungen.',
    left: 'Gezählt',
    right: 'Erstattungen',
    person: COMPARE,
  },
  refund_parts: {
    title: 'Eine Erstattung ist nicht die Summe ihrer Teile',
    text: 'Belege, Guthaben und Kulanz ergeben etwas anderes, oder eine Gutschrift fehlt.',
    left: 'Erstattung',
    right: 'Teile',
    person: COMPARE,
  },
  invoice_credited: {
    title: 'Eine Rechnung zählt andere Gutschriften, als sie hat',
    text: 'Was sie als gutgeschrieben zählt, ist nicht die Summe ihrer Gutschriften.',
    left: 'Gezählt',
    right: 'Gutschriften',
    person: COMPARE,
  },
  credit_left: {
    title: 'Guthaben ist nicht, was gegeben wurde, abzüglich des Verbrauchten',
    text: 'Der Rest dieses Guthabens folgt nicht aus seinem Verbrauch.',
    left: 'Rest',
    right: 'Gegeben minus verbraucht',
    person: COMPARE,
  },
  credit_owed: {
    title: 'Die Bücher schulden einem Kunden anderes Guthaben, als er hat',
    text: 'Der Rest seines Guthabens ist nicht, was wir laut Büchern schulden.',
    left: 'Unsere Bücher',
    right: 'Guthaben',
    person: 'Gehen Sie das Guthaben des Kunden durch: Eines ist nicht gebucht.',
  },
  topup_credit: {
    title: 'Gekauftes Guthaben wurde doppelt oder gar nicht gegeben',
    text: 'Was für Guthaben bezahlt wurde, ist nicht das Guthaben, das dafür gegeben wurde, oder eine Gutschrift oder Erstattung gab es ein zweites Mal.',
    left: 'Bezahlt',
    right: 'Gegeben',
    person: 'Vergleichen Sie die Zahlung mit dem Guthaben des Kunden und nehmen Sie zurück, was er doppelt hat.',
  },
  credit_idle: {
    title: 'Ein Kunde wurde gesperrt, dessen Guthaben reicht',
    text: 'Ein offener Beleg hat zu einer Sperre geführt, und das Guthaben des Kunden reicht dafür.',
    left: 'Offen',
    right: 'Guthaben',
    person: 'Bezahlen Sie ihn auf der Seite des Kunden aus seinem Guthaben.',
  },
  coupon_uses: {
    title: 'Ein Gutschein zählt andere Einlösungen, als er hat',
    text: 'Seine Zahl stimmt nicht mit den Einlösungen überein oder liegt über der Grenze.',
    person: 'Sehen Sie die Einlösungen des Gutscheins an; die Grenze lässt vielleicht zu viele oder zu wenige zu.',
  },
  coupon_held: {
    title: 'Ein Gutschein hängt an einer Bestellung, die vorbei ist',
    text: 'Die Einlösung steht anders als ihre Bestellung.',
    person: 'Sehen Sie die Bestellung an; mit ihrem Ende wird der Gutschein frei oder gilt als eingelöst.',
  },
  coupon_cycles: {
    title: 'Ein Gutschein gilt für andere Zahlungen, als er soll',
    text: 'Er wurde für einen Test eingelöst. Die Zahlungen mit Nachlass und die noch übrigen sind nicht so viele, wie er sagt.',
    person: 'Sehen Sie die Rechnungen des Abonnements seit dem Test an und vergleichen Sie sie mit dem Gutschein.',
  },
  entitlement_missing: {
    title: 'Ein Kunde zahlt für etwas, das er nicht nutzen darf',
    text: 'Das Abonnement läuft, aber was dazugehört, ist entzogen.',
  },
  entitlement_left: {
    title: 'Ein Kunde darf etwas nutzen, das beendet ist',
    text: 'Das Abonnement ist beendet und der Server weg, aber was dazugehörte, ist noch gewährt.',
  },
  period_count: {
    title: 'Zeiträume eines Abonnements sind öfter oder seltener berechnet als vereinbart',
    text: 'Jeder Zeitraum wird genau einmal berechnet.',
    person:
      'Vergleichen Sie die Rechnungen des Abonnements mit seinen Zeiträumen. Schreiben Sie gut, was doppelt berechnet ist.',
  },
  period_tiling: {
    title: 'Ein berechneter Zeitraum beginnt nicht, wo der vorige endete',
    text: 'Tage sind doppelt oder gar nicht berechnet.',
    person: 'Vergleichen Sie die Rechnungen des Abonnements. Schreiben Sie doppelt berechnete Tage gut.',
  },
  period_until: {
    title: 'Ein Abonnement ist bis zu einem anderen Tag berechnet, als sein letzter Zeitraum endet',
    text: 'Die nächste Verlängerung begänne am falschen Tag.',
    person: 'Bringen Sie das Abonnement vor seiner nächsten Verlängerung in Ordnung.',
  },
  termination_paid: {
    title: 'Ein Server wurde für eine bezahlte Rechnung beendet',
    text: 'Als sein Ende verlangt wurde, war die Rechnung bezahlt.',
    person: 'Sprechen Sie mit dem Kunden. Die Seite des Servers sagt, ob eine letzte Sicherung bleibt und bis wann.',
  },
  change_money: {
    title: 'Ein Tarifwechsel kostete anderes Geld als angeboten',
    text: 'Angebot, Berechnung und Gutschrift stimmen nicht überein.',
    left: 'Angeboten',
    right: 'Berechnet',
    person:
      'Vergleichen Sie das Angebot mit seiner Rechnung und dem Guthaben des Kunden; gleichen Sie den Unterschied aus.',
  },
  change_day: {
    title: 'Was für einen Tag vorgesehen war, geschah nicht',
    text: 'Ein Wechsel oder das Ende eines Abonnements ist über zwei Tage zu spät.',
    person: 'Sehen Sie das Abonnement und die beiseitegelegten Aufträge an.',
  },
  price_early: {
    title: 'Ein neuer Preis wurde zu früh verlangt',
    text: 'Er war für einen späteren Zeitraum angekündigt oder wurde zurückgenommen.',
    person: 'Schreiben Sie den Unterschied mit einer Gutschrift gut und sagen Sie es dem Kunden.',
  },
  manual_unfit: {
    title: 'Eine von Hand geschriebene Rechnung ist nicht, was sie sein darf',
    text: 'Sie nennt keinen Grund, gehört zu einem Vertrag, verlangt nichts, oder es wurde dafür etwas angehalten.',
    person:
      'Öffnen Sie sie und erklären Sie sie für ungültig; schreiben Sie sie neu, wo sie geschuldet ist. Starten Sie wieder, was dafür angehalten wurde.',
  },
  setting_unlawful: {
    title: 'Eine Einstellung passt nicht zu dem, was nach ihr geschah',
    text: 'Mahnstufen, eine Währung oder eine stornierte Nummer passen nicht zu den Regeln der Einstellungen.',
    person:
      'Speichern Sie den Abschnitt der Einstellungen neu; korrigieren Sie eine stornierte Nummer mit einer Gutschrift.',
  },
}
