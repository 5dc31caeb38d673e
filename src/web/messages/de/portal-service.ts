import { plural } from '#platform/i18n.ts'
import type { en } from '../en/portal-service.ts'

export const de: typeof en = {
  back: 'Dienste',
  actions: { start: 'Starten', shutdown: 'Herunterfahren', stop: 'Ausschalten erzwingen', restart: 'Neu starten' },
  asked: {
    start: 'Der Server wird gestartet',
    shutdown: 'Der Server wird heruntergefahren',
    stop: 'Der Server wird zwangsweise ausgeschaltet',
    restart: 'Der Server wird neu gestartet',
  },
  work: {
    'provisioning.power-vps': 'Am Server wird gearbeitet',
    'provisioning.resize-vps': 'Der Server wird geändert',
    'provisioning.suspend-vps': 'Der Server wird gesperrt',
    'provisioning.resume-vps': 'Der Server wird wieder eingeschaltet',
    'provisioning.terminate-vps': 'Der Server wird beendet',
    'provisioning.create-vps': 'Der Server wird eingerichtet',
  },
  steps: {
    'send action': 'Auftrag geht an den Host',
    'wait for host': 'Der Host arbeitet',
    'see the result': 'Warten, bis der Host das Ergebnis meldet',
    'reserve room': 'Platz wird geschaffen',
    'reserve more addresses': 'Adressen werden reserviert',
    'configure machine': 'Die neue Größe wird eingestellt',
    'grow disk': 'Die Festplatte wird vergrößert',
    'protect network': 'Das Netzwerk wird eingerichtet',
    'switch machine off': 'Wird ausgeschaltet',
    'destroy machine': 'Die Maschine wird entfernt',
    'final backup': 'Eine letzte Sicherung entsteht',
    'look once more': 'Es wird noch einmal hingesehen',
    'start machine': 'Wird gestartet',
    'wait until it answers': 'Warten, bis er antwortet',
  },
  notes: {
    'The host is at work on the machine.':
      'Der Host ist mit diesem Server beschäftigt; Ihr Auftrag ist als Nächstes dran.',
    'The host is at work.': 'Der Host arbeitet daran.',
    'Waiting for the server to follow.': 'Warten, bis der Server folgt.',
    'The server is booting.': 'Der Server fährt hoch.',
    'The server has gone off while booting.': 'Der Server ging beim Hochfahren aus; wir sehen noch einmal nach.',
    'The server is being started.': 'Der Server wird gestartet.',
    'The server is being switched off.': 'Der Server wird ausgeschaltet.',
    'The image is being copied.': 'Das System wird kopiert.',
    'Other machines are being copied; this one is next.': 'Andere Server werden kopiert; Ihrer ist als Nächstes dran.',
    'The machine is being switched off.': 'Der Server wird ausgeschaltet.',
    'The last backup is being made.': 'Eine letzte Sicherung entsteht. Das kann dauern.',
    'The machine is being removed.': 'Der Server wird entfernt.',
  },
  leave: 'Sie können diese Seite verlassen; es geht weiter.',
  undoing: 'Das hat nicht geklappt und wird zurückgenommen.',
  stuck: 'Das dauert länger als es sollte. Unser Team ist informiert.',
  refused: 'Das geht gerade nicht',
  actionFailed: {
    start: 'Der Server konnte nicht gestartet werden',
    shutdown: 'Der Server konnte nicht heruntergefahren werden',
    stop: 'Der Server konnte nicht ausgeschaltet werden',
    restart: 'Der Server konnte nicht neu gestartet werden',
  },
  actionFailedText:
    'Der Host hat es nicht ausgeführt, sonst wurde nichts verändert. Bitte versuchen Sie es erneut; klappt es wieder nicht, schreiben Sie uns.',
  stopTitle: (host) => `Ausschalten von ${host} erzwingen?`,
  stopText:
    'Das ist, als zöge man den Stecker: Was noch nicht auf dem Datenträger steht, geht verloren. Datenträger, Adressen und Ihre Daten darauf bleiben.',
  stopBetter: 'Herunterfahren fragt zuerst das System und ist der bessere Weg, solange es antwortet.',
  restartTitle: (host) => `${host} neu starten?`,
  restartText:
    'Das System fährt herunter und startet wieder. Es antwortet etwa eine Minute lang nicht; am Datenträger ändert sich nichts.',
  power: 'Im Moment',
  unknownPower: 'Unbekannt',
  silent: 'Der Host antwortet gerade nicht.',
  lastSeen: 'Zuletzt gesehen',
  neverSeen: 'Er wurde noch nicht gesehen.',
  off: 'Er ist ausgeschaltet.',
  paused: 'Er ist angehalten. Erzwingen Sie das Ausschalten und starten Sie ihn, damit er weiterläuft.',
  uptime: 'Läuft seit',
  span: ({ days, hours, minutes }) =>
    days > 0
      ? `${days} T. ${hours} Std.`
      : hours > 0
        ? `${hours} Std. ${minutes} Min.`
        : `${Math.max(1, minutes)} Min.`,
  cpu: 'Prozessor',
  memory: 'Arbeitsspeicher',
  ofMemory: (used, total) => `${used} von ${total}`,
  access: 'Zugang',
  ssh: 'Anmelden mit',
  sshText: 'Mit dem SSH-Schlüssel, den Sie uns gegeben haben; ein Passwort ist nicht gesetzt.',
  addresses: 'Adressen',
  network: (prefix, gateway) => `/${prefix}, Gateway ${gateway}`,
  facts: 'Einzelheiten',
  plan: 'Tarif',
  size: 'Größe',
  cores: (n) => `${n} ${plural('de', n, { one: 'Kern', other: 'Kerne' })}`,
  sizeOf: (memory, disk) => `${memory} Arbeitsspeicher, ${disk} GB NVMe`,
  traffic: 'Datenverkehr',
  trafficOf: (tb) => `${tb} TB im Monat`,
  region: 'Region',
  system: 'System',
  ordered: 'Bestellt',
  ended: 'Beendet',
  next: 'Nächste Zahlung',
  nextOn: (day) => `am ${day}`,
  discounted: (name, cycles) =>
    cycles === null
      ? `Mit Ihrem Rabatt ${name}.`
      : cycles === 1
        ? `Mit Ihrem Rabatt ${name}, zum letzten Mal.`
        : `Mit Ihrem Rabatt ${name}, noch ${cycles} Zahlungen lang.`,
  setup: 'Einrichtung',
  setupTitle: 'Ihr Server wird eingerichtet',
  setupText:
    'Das dauert etwa eine Minute. Sie können diese Seite verlassen; wir schreiben Ihnen, sobald er bereit ist.',
  setupPending: 'Sie beginnt gleich.',
  setupUndoing:
    'Beim Aufbau ist etwas schiefgegangen. Alles Begonnene wird zurückgenommen; wir schreiben Ihnen, wie es weitergeht.',
  failed: 'Ihr Server konnte nicht eingerichtet werden',
  changeFailed: 'Ihre Änderung ist bezahlt, aber der Server hat noch seine alte Größe',
  changeFailedText:
    'Eine Störung bei uns hat sie abgebrochen, und der Server läuft weiter wie bisher. Unser Team ist informiert und versucht es erneut; Sie müssen nichts tun.',
  failedCause:
    'Eine technische Störung bei uns hat die Einrichtung abgebrochen. Unser Team ist informiert und versucht es erneut oder meldet sich bei Ihnen.',
  failedMoney:
    'Ihr Geld ist sicher: Ihre Zahlung ist verbucht und wird für diesen Server verwendet oder zurückgezahlt. Sie müssen nichts tun.',
  suspended: 'Dieser Server ist gesperrt',
  suspendedText: 'Er ist vorläufig ausgeschaltet. Ihre Daten und seine Adressen bleiben erhalten.',
  reasons: {
    non_payment:
      'Der Grund ist eine unbezahlte Rechnung. Sobald sie bezahlt ist, wird der Server wieder eingeschaltet.',
    abuse: 'Der Grund ist eine Meldung, dass der Server anderen schadet. Bitte melden Sie sich bei uns.',
    dispute: 'Der Grund ist eine Zahlung, der bei Ihrer Bank widersprochen wurde. Bitte melden Sie sich bei uns.',
    by_staff: 'Unser Team hat das von Hand getan. Bitte melden Sie sich bei uns, wenn Sie nicht wissen, warum.',
  },
  payInvoices: 'Offene Rechnungen ansehen',
  write: (email) => `An ${email} schreiben`,
  terminated: 'Dieser Server wurde beendet',
  backedUp: (day) =>
    `Seine Maschine wurde entfernt. Eine letzte Sicherung seiner Festplatte bleibt bis ${day}; schreiben Sie uns vorher, wenn Sie daraus etwas brauchen. Seine Rechnungen bleiben in Ihrem Konto.`,
  terminatedText: 'Seine Maschine und seine Daten wurden endgültig entfernt. Seine Rechnungen bleiben in Ihrem Konto.',
  activity: 'Verlauf',
  all: 'Mehr anzeigen',
  told: {
    'service.pending': 'Bestellt und bezahlt',
    'service.provisioning': 'Einrichtung begonnen',
    'service.active': 'Bereit',
    'service.failed': 'Einrichtung fehlgeschlagen',
    'service.change_failed': 'Änderung hat nicht geklappt',
    'service.changed': 'Wie vereinbart geändert',
    'service.suspended': 'Gesperrt',
    'service.terminated': 'Beendet',
  },
  resumed: 'Wieder eingeschaltet',
  retried: 'Einrichtung neu begonnen',
  powerTold: { running: 'Läuft', stopped: 'Ausgeschaltet', paused: 'Angehalten' },
  askedTold: {
    start: 'Start angefordert',
    shutdown: 'Herunterfahren angefordert',
    stop: 'Erzwungenes Ausschalten angefordert',
    restart: 'Neustart angefordert',
  },
  failedTold: {
    start: 'Start hat nicht geklappt',
    shutdown: 'Herunterfahren hat nicht geklappt',
    stop: 'Ausschalten hat nicht geklappt',
    restart: 'Neustart hat nicht geklappt',
  },
  by: { you: 'von Ihnen', colleague: 'von einem Kollegen', staff: 'von unserem Team' },
}
