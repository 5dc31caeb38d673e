import type { en } from '../en/procedures.ts'

export const de: typeof en = {
  names: {
    'provisioning.create-vps': 'Server einrichten',
    'provisioning.power-vps': 'Ein- und Ausschalten',
    'provisioning.suspend-vps': 'Server sperren',
    'provisioning.resume-vps': 'Server entsperren',
    'provisioning.terminate-vps': 'Server beenden',
  },
  steps: {
    'choose node': 'Knoten auswählen',
    'reserve number': 'Maschinennummer reservieren',
    'reserve addresses': 'Adressen reservieren',
    'clone template': 'Abbild kopieren',
    'wait for copy': 'Auf die Kopie warten',
    'configure machine': 'Maschine einstellen',
    'grow disk': 'Festplatte vergrößern',
    'protect network': 'Netzwerk schützen',
    'start machine': 'Maschine starten',
    'wait until it answers': 'Warten, bis sie antwortet',
    'send action': 'Aktion senden',
    'wait for host': 'Auf den Host warten',
    'see the result': 'Ergebnis ansehen',
    'switch machine off': 'Maschine ausschalten',
    'destroy machine': 'Maschine löschen',
    'final backup': 'Letzte Sicherung erstellen',
    'look once more': 'Noch einmal hinsehen',
  },
}
