import type { en } from '../en/identities.ts'

export const de: typeof en = {
  with: (label) => `Weiter mit ${label}`,
  or: 'oder',
  failedTitle: (label) => `Die Anmeldung mit ${label} hat nicht geklappt`,
  toLogin: 'Zurück zur Anmeldung',
  toSecurity: 'Zurück zur Sicherheit',
  register: 'Konto anlegen',
  problems: {
    identity_denied: 'Sie haben dort nicht zugestimmt; es wurde nichts geändert.',
    identity_flow_over:
      'Das hat zu lange gedauert, war schon erledigt oder begann in einem anderen Browser. Bitte beginnen Sie noch einmal.',
    identity_refused: 'Die Antwort von dort ließ sich nicht prüfen. Bitte beginnen Sie noch einmal.',
    identity_unavailable:
      'Der Anbieter ist gerade nicht erreichbar. Bitte melden Sie sich anders an, oder versuchen Sie es gleich noch einmal.',
    identity_email_missing:
      'Der Anbieter bürgt nicht für Ihre E-Mail-Adresse. Bitte legen Sie ein Konto mit Ihrer Adresse und einem Passwort an; danach können Sie beide verbinden.',
    identity_email_known:
      'Mit dieser Adresse haben Sie bereits ein Konto. Bitte melden Sie sich wie bisher an und verbinden Sie beide dann unter Sicherheit.',
    identity_taken:
      'Diese Anmeldung ist mit einem anderen Konto verbunden, oder Ihr Konto ist dort mit einer anderen verbunden.',
    email_unverified: 'Bitte bestätigen Sie zuerst Ihre E-Mail-Adresse und verbinden Sie beide dann.',
    sign_in_failed: 'Diese Anmeldung ist mit keinem Konto mehr verbunden.',
  },
  card: {
    title: 'Verbundene Konten',
    text: 'Melden Sie sich als der an, der Sie anderswo sind. Nach einem zweiten Faktor wird trotzdem gefragt.',
    connect: 'Verbinden',
    connectTo: (label) => `${label} verbinden`,
    disconnect: 'Trennen',
    disconnectFrom: (label) => `${label} trennen`,
    disconnectTitle: (label) => `${label} trennen?`,
    disconnectText: (label) =>
      `Sie können sich dann nicht mehr mit ${label} anmelden. Sie können es jederzeit wieder verbinden.`,
    goOn: 'Sobald beide verbunden sind, wird alles andere abgemeldet.',
    goOnTo: (label) => `Weiter zu ${label}`,
    confirmTo: (label) => `Mit ${label} bestätigen`,
    not: 'Nicht verbunden',
    connected: 'Verbunden',
    lastUsed: 'Zuletzt benutzt',
    gone: 'Hier nicht mehr angeboten',
    lastWayIn:
      'Das ist der einzige Weg in Ihr Konto. Bitte setzen Sie zuerst ein Passwort oder fügen Sie einen Passkey hinzu.',
  },
}
