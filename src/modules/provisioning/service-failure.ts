import type { Locale } from '#platform/schema.ts'

type Cause = 'region_full' | 'fault'

const SENTENCES: Record<Cause, Record<Locale, string>> = {
  region_full: {
    en: 'We have no room left in this region at the moment, so your server could not be built. Nothing was set up. Our team has been told and will build it or get in touch with you.',
    de: 'In dieser Region ist im Moment kein Platz mehr frei, deshalb konnte Ihr Server nicht gebaut werden. Es wurde nichts eingerichtet. Unser Team ist informiert und baut ihn noch oder meldet sich bei Ihnen.',
  },
  fault: {
    en: 'A technical fault on our side stopped the setup of your server. Everything begun was removed again. Our team has been told and will try again or get in touch with you.',
    de: 'Eine technische Störung bei uns hat die Einrichtung Ihres Servers abgebrochen. Alles Begonnene wurde wieder entfernt. Unser Team ist informiert und versucht es erneut oder meldet sich bei Ihnen.',
  },
}

/** What a customer is told when a server could not be built: true, without the host's own words, in their language. */
export const failureMessage = (code: string, locale: Locale): string =>
  SENTENCES[code === 'no_capacity' || code === 'addresses_exhausted' ? 'region_full' : 'fault'][locale]
