import type { en } from '../en/flash.ts'

export const de: typeof en = {
  saved: 'Gespeichert',
  signedOut: 'Sie sind abgemeldet',
  emailVerified: 'Ihre E-Mail-Adresse ist bestätigt',
  passwordChanged: 'Ihr Passwort ist geändert',
  paymentStarted: 'Ihre Zahlung wird bearbeitet',
  retryQueued: 'Es wird gleich noch einmal versucht',
  actionQueued: 'Es ist in Arbeit',
  orderCancelled: 'Der Auftrag ist storniert',
  orderPaidMeanwhile: 'Der Auftrag wurde inzwischen bezahlt und bleibt',
  clockMoved: 'Die Uhr ist gestellt',
  verificationSent: 'Der Link ist zu Ihnen unterwegs',
  sessionEnded: 'Abgemeldet',
  secondFactorCancelled: 'Es wurde nichts geändert',
  secondFactorOff: 'Die Authenticator-App ist ausgeschaltet',
  tokenRevoked: 'Das Token ist widerrufen',
}
