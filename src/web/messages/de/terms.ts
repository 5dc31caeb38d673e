import type { en } from '../en/terms.ts'

export const de: typeof en = {
  title: 'Nutzungsbedingungen',
  version: 'Fassung vom 1. November 2026',
  note: 'Dies ist eine Vorlage. Das Unternehmen, das diesen Shop betreibt, ersetzt sie durch seine eigenen Bedingungen.',
  sections: [
    [
      '1. Wer und was',
      [
        'Diese Bedingungen gelten zwischen dem auf Ihren Rechnungen genannten Unternehmen („wir“) und allen, die bei ihm bestellen („Sie“). Sie betreffen virtuelle Server und die dazu verkauften Extras.',
      ],
    ],
    [
      '2. Wie ein Vertrag zustande kommt',
      [
        'Was der Shop zeigt, ist eine Einladung zu bestellen. Ihre Bestellung ist Ihr Angebot. Der Vertrag kommt zustande, wenn Ihre Zahlung eingegangen ist und wir mit dem Aufbau des Servers beginnen.',
        'Eine Bestellung, die nicht innerhalb von 24 Stunden bezahlt wird, wird geschlossen; berechnet wird dafür nichts.',
      ],
    ],
    [
      '3. Preise und Zahlung',
      [
        'Der an der Kasse gezeigte Preis gilt für den ganzen bestellten Zeitraum; die Steuer Ihres Landes steht dort in einer eigenen Zeile. Sie zahlen im Voraus mit Karte über unseren Zahlungspartner; Ihre Kartennummer sehen wir nie.',
        'Ihre Karte bleibt dort hinterlegt, um die vereinbarten Verlängerungen zu bezahlen.',
      ],
    ],
    [
      '4. Laufzeit und Verlängerung',
      [
        'Ein Vertrag läuft über den gewählten Zeitraum und verlängert sich um jeweils einen weiteren zum vereinbarten Preis, bis Sie kündigen. Kündigen können Sie zum Ende jedes Zeitraums.',
        'Eine Preisänderung teilen wir Ihnen mindestens 30 Tage vor der Verlängerung mit, für die sie zuerst gilt.',
      ],
    ],
    [
      '5. Was wir liefern',
      [
        'Einen virtuellen Server mit den Kernen, dem Arbeitsspeicher, dem Speicherplatz, den Adressen und dem Datenverkehr seines Tarifs. Kann er nicht gebaut werden, nehmen wir alles Begonnene zurück, und Sie erhalten Ihr Geld wieder, sofern Sie keinen neuen Versuch wünschen.',
      ],
    ],
    [
      '6. Worum wir Sie bitten',
      [
        'Bewahren Sie Ihre Schlüssel sicher auf und halten Sie Ihr System aktuell. Versenden Sie keinen Spam, greifen Sie niemanden an und bieten Sie nichts an, was bei Ihnen oder bei uns verboten ist. Einen Server, der anderen schadet, dürfen wir sperren; den Grund nennen wir Ihnen sofort.',
        'Ihre Daten sichern Sie selbst, sofern Sie keine Backups bei uns bestellt haben.',
      ],
    ],
    [
      '7. Verfügbarkeit und Störungen',
      [
        'Wartungen planen wir voraus und kündigen sie an. Fällt ein Server durch unser Verschulden länger als vereinbart aus, erhalten Sie für diese Zeit eine Gutschrift.',
        'Für Vorsatz und grobe Fahrlässigkeit haften wir unbeschränkt, im Übrigen für den vertragstypischen Schaden.',
      ],
    ],
    [
      '8. Widerruf',
      [
        'Verbraucher in der Europäischen Union können binnen 14 Tagen widerrufen. Indem Sie uns bitten, den Server sofort zu bauen, stimmen Sie zu, dass wir die genutzten Tage berechnen dürfen.',
      ],
    ],
    [
      '9. Daten',
      [
        'Wir speichern, was der Vertrag und das Gesetz verlangen, und nicht mehr. Was auf Ihrem Server liegt, gehört Ihnen; wir sehen es nur an, wenn Sie uns darum bitten.',
      ],
    ],
    [
      '10. Das Übrige',
      [
        'Gilt eine dieser Bedingungen nicht, so gelten die anderen weiter. Es gilt das Recht am Sitz unseres Unternehmens; als Verbraucher behalten Sie den Schutz des Rechts Ihres eigenen Landes.',
      ],
    ],
  ],
}
