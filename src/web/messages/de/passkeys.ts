import type { en } from '../en/passkeys.ts'

export const de: typeof en = {
  logIn: 'Mit einem Passkey anmelden',
  use: 'Passkey nutzen',
  useInstead: 'Stattdessen einen Passkey nutzen',
  or: 'oder',
  needsScript: 'Die Anmeldung mit einem Passkey braucht JavaScript.',
  trouble: {
    cancelled:
      'Es ist nichts passiert: abgebrochen oder zu lange gewartet. Versuchen Sie es noch einmal, wenn Sie so weit sind.',
    unsupported:
      'Dieser Browser kann keine Passkeys nutzen. Bitte nehmen Sie einen anderen Weg oder einen neueren Browser.',
    known: 'Dieses Gerät besitzt schon einen Passkey von Ihnen. Nutzen Sie ihn, oder wählen Sie ein anderes Gerät.',
    failed: 'Ihr Browser konnte es nicht tun. Bitte versuchen Sie es noch einmal, oder nehmen Sie einen anderen Weg.',
  },
  refused:
    'Dieser Passkey öffnet hier kein Konto. Bitte nehmen Sie einen anderen, oder melden Sie sich mit Ihrem Passwort an.',
  refusedHere: 'Dieser Passkey gehört nicht zu diesem Konto oder hat nicht bewiesen, dass Sie es sind.',
  over: 'Das hat zu lange gedauert. Bitte versuchen Sie es noch einmal.',
  unavailable: 'Unter dieser Adresse lassen sich keine Passkeys nutzen.',
  card: {
    title: 'Passkeys',
    text: 'Melden Sie sich mit Finger, Gesicht oder der PIN Ihres Geräts an statt mit einem Passwort. Niemand kann das erraten oder Ihnen entlocken.',
    empty: 'Sie haben noch keinen Passkey.',
    add: 'Passkey hinzufügen',
    change: 'Ändern',
    changeOf: (name: string) => `${name} ändern`,
    created: 'Hinzugefügt',
    lastUsed: 'Zuletzt benutzt',
    never: 'Nie benutzt',
    synced: 'Synchronisiert',
    device: 'Nur auf diesem Gerät',
    needsScript: 'Einen Passkey hinzuzufügen braucht JavaScript.',
    unavailable:
      'Passkeys sind an einen Hostnamen gebunden, der über https erreicht wird. Diese Adresse ist keiner, deshalb lassen sich hier keine hinzufügen oder nutzen.',
  },
  factor: {
    title: 'Nach Ihrem Passwort',
    off: 'Nach Ihrem Passwort fragen wir nicht nach einem Passkey. Ein Passkey allein meldet Sie immer an.',
    on: 'Wenn Sie sich mit Ihrem Passwort anmelden, fragen wir auch nach einem Passkey oder einem Wiederherstellungscode. Ein Passkey allein meldet Sie an.',
    start: 'Auch nach einem Passkey fragen',
    stop: 'Nicht mehr fragen',
    codes: 'Neue Wiederherstellungscodes',
    left: (count: number) => (count === 1 ? 'noch 1 Wiederherstellungscode' : `noch ${count} Wiederherstellungscodes`),
    started:
      'Wenn Sie sich mit Ihrem Passwort anmelden, fragen wir ab jetzt nach einem Passkey. Andere Browser und Programme sind abgemeldet.',
  },
  panel: {
    add: 'Passkey hinzufügen',
    addText: 'Zeigen Sie zuerst, dass Sie es sind. Danach fragt Ihr Browser, wo er den Passkey aufbewahren soll.',
    rename: 'Name',
    save: 'Namen speichern',
    change: (name: string) => `Passkey „${name}“`,
    remove: 'Passkey entfernen',
    removeTitle: 'Entfernen',
    removeText:
      'Er meldet Sie nicht mehr an. Ihr Gerät führt ihn vielleicht noch auf; löschen Sie ihn dann auch dort. Mit Ihrem letzten Passkey fragen wir auch nach Ihrem Passwort nicht mehr nach einem.',
    startTitle: 'Nach dem Passwort nach einem Passkey fragen',
    startText:
      'Ihr Passwort allein öffnet dann nichts mehr. Sie erhalten Wiederherstellungscodes für den Tag, an dem Ihr Passkey nicht zur Hand ist; andere Browser und Programme werden abgemeldet.',
    stopTitle: 'Nicht mehr nach einem Passkey fragen',
    stopText:
      'Zum Anmelden genügt dann Ihr Passwort allein, wenn Sie keine Authenticator-App nutzen. Andere Browser und Programme werden abgemeldet.',
    codesTitle: 'Neue Wiederherstellungscodes',
    codesText: 'Frühere Wiederherstellungscodes gelten dann nicht mehr.',
    labels: { name: 'Name', currentPassword: 'Jetziges Passwort', code: 'Code', passkey: 'Passkey' },
    nameHint: 'Damit Sie ihn wiedererkennen, etwa das Gerät oder die App, die ihn aufbewahrt.',
    codeHint: 'Aus Ihrer Authenticator-App, oder ein Wiederherstellungscode.',
    byPasskey: 'Mit einem Passkey bestätigen',
    next: 'Weiter',
    cancel: 'Abbrechen',
    noProof:
      'Sie haben weder ein Passwort noch einen Passkey, um zu zeigen, dass Sie es sind. Setzen Sie zuerst ein Passwort.',
    setPassword: 'Passwort setzen',
    waiting: 'Ihr Browser oder Gerät fragt Sie jetzt. Folgen Sie dem, was dort steht.',
    again: 'Noch einmal versuchen',
  },
  problems: {
    lastWayIn:
      'Das ist der einzige Weg in Ihr Konto. Bitte setzen Sie zuerst ein Passwort, oder fügen Sie einen weiteren Passkey hinzu.',
    tooMany:
      'Sie haben so viele Passkeys, wie ein Benutzer haben kann. Bitte entfernen Sie zuerst einen, den Sie nicht mehr nutzen.',
    known: 'Dieser Passkey ist hier schon bekannt.',
    nameMissing: 'Bitte geben Sie dem Passkey einen Namen.',
  },
}
