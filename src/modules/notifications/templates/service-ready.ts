import { listServiceAddresses } from '#modules/provisioning/list-service-addresses.ts'
import type { Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  subject: (hostname: string) => `Your server ${hostname} is ready`,
  preheader: 'It is running. Here is how to reach it.',
  heading: 'Your server is ready',
  intro: (hostname: string) => `${hostname} is running and answers.`,
  withKey: (command: string) => `Sign in with the SSH key you gave us: ${command}`,
  hostname: 'Host name',
  address: 'Address',
  loginUser: 'User',
  system: 'System',
  button: 'Open your server',
}
const de: typeof en = {
  subject: (hostname) => `Ihr Server ${hostname} ist bereit`,
  preheader: 'Er läuft. So erreichen Sie ihn.',
  heading: 'Ihr Server ist bereit',
  intro: (hostname) => `${hostname} läuft und antwortet.`,
  withKey: (command) => `Melden Sie sich mit Ihrem hinterlegten SSH-Schlüssel an: ${command}`,
  hostname: 'Hostname',
  address: 'Adresse',
  loginUser: 'Benutzer',
  system: 'System',
  button: 'Server öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** What one needs to begin: name, addresses, who to sign in as, and the page of the server. */
export const serviceReady: Template = async (app, serviceId, locale) => {
  const t = texts[locale]
  const service = await app.db
    .selectFrom('services as s')
    .innerJoin('images as i', 'i.id', 's.imageId')
    .select(['s.id', 's.hostname', 's.sshKey', 'i.loginUser', 'i.name as system'])
    .where('s.id', '=', serviceId)
    .executeTakeFirstOrThrow()
  const addresses = await listServiceAddresses(app.db, serviceId)
  const [first] = addresses
  const host = first?.address ?? service.hostname
  return {
    subject: t.subject(service.hostname),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro(service.hostname), ...(service.sshKey ? [t.withKey(`ssh ${service.loginUser}@${host}`)] : [])],
    facts: [
      { label: t.hostname, value: service.hostname },
      ...addresses.map(({ address }) => ({ label: t.address, value: address })),
      { label: t.loginUser, value: service.loginUser },
      { label: t.system, value: service.system },
    ],
    button: { label: t.button, url: mailLinks.service(app.config, service.id) },
  }
}
