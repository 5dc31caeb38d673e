import type { Locale } from '#platform/i18n.ts'
import type { DifferenceKind } from '../proof-kinds.ts'
import type { DifferenceWords } from '../proof-words.ts'

export type AdoptionDifference = Extract<DifferenceKind, `adoption_${string}`>

/** What people read about differences between us and the gateway in what it bills. */
export const adoptionProofWords: Record<Locale, Record<AdoptionDifference, DifferenceWords>> = {
  en: {
    adoption_money: {
      title: 'Stripe was paid for an adopted subscription, and we do not know it',
      text: 'An invoice of Stripe’s for a subscription that it bills is not recorded here as it is there. Mostly a message about it was missed.',
      left: 'Known here',
      right: 'Stripe',
      person: 'Open the subscription and press “Look at Stripe now”.',
    },
    adoption_twice: {
      title: 'An adopted subscription is billed twice',
      text: 'Stripe bills the period, and so do we, or two agreements are one subscription at Stripe.',
      person:
        'Void our invoice if it is open; refund or credit one of the two if both are paid. Then look who bills it.',
    },
    adoption_renews: {
      title: 'Stripe renews a subscription that it should not',
      text: 'It was moved over or has ended here, and Stripe would bill a further period.',
      person: 'Open it at Stripe and cancel it at the end of its period.',
    },
    adoption_late: {
      title: 'Stripe does not do what it is asked',
      text: 'For a day Stripe has been asked to end or to go on with a subscription, without an answer.',
      person: 'Look at the jobs that were set aside, and at the subscription at Stripe.',
    },
  },
  de: {
    adoption_money: {
      title: 'Stripe wurde für ein übernommenes Abonnement bezahlt, und hier ist es nicht bekannt',
      text: 'Eine Rechnung von Stripe für ein Abonnement, das Stripe abrechnet, ist hier nicht so verzeichnet wie dort. Meist fehlt eine Nachricht.',
      left: 'Hier bekannt',
      right: 'Stripe',
      person: 'Öffnen Sie das Abonnement und drücken Sie „Jetzt bei Stripe nachsehen“.',
    },
    adoption_twice: {
      title: 'Ein übernommenes Abonnement wird doppelt abgerechnet',
      text: 'Stripe rechnet den Zeitraum ab und wir auch, oder zwei Verträge sind ein Abonnement bei Stripe.',
      person:
        'Stornieren Sie unsere Rechnung, wenn sie offen ist; sind beide bezahlt, erstatten Sie eine oder schreiben Sie sie gut. Prüfen Sie dann, wer abrechnet.',
    },
    adoption_renews: {
      title: 'Stripe verlängert ein Abonnement, das nicht mehr verlängert werden soll',
      text: 'Es wurde zu uns umgezogen oder ist hier beendet, und Stripe würde einen weiteren Zeitraum abrechnen.',
      person: 'Öffnen Sie es bei Stripe und kündigen Sie es zum Ende seines Zeitraums.',
    },
    adoption_late: {
      title: 'Stripe tut nicht, worum es gebeten wurde',
      text: 'Seit einem Tag ist Stripe gebeten, ein Abonnement zu beenden oder fortzuführen, ohne Antwort.',
      person: 'Sehen Sie die beiseitegelegten Aufträge und das Abonnement bei Stripe an.',
    },
  },
}
