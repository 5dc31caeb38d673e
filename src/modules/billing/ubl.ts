import { toDecimal } from '#platform/money.ts'
import type { Party } from './invoice.ts'

/** The electronic address scheme of a mail address. */
const EMAIL = 'EM'

/** An element with its content, which is text to be escaped or more elements; an empty string where it has none. */
export type Xml = string
type Attributes = Record<string, string>

const escaped = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- These are the characters XML 1.0 forbids.
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

export const basic = (name: string, text: string | null | undefined, attributes: Attributes = {}): Xml =>
  text === null || text === undefined || text.trim() === ''
    ? ''
    : `<cbc:${name}${Object.entries(attributes)
        .map(([key, value]) => ` ${key}="${escaped(value)}"`)
        .join('')}>${escaped(text.trim())}</cbc:${name}>`

export const aggregate = (name: string, ...content: Xml[]): Xml => {
  const inner = content.join('')
  return inner === '' ? '' : `<cac:${name}>${inner}</cac:${name}>`
}

export type MoneyElement = (name: string, minor: bigint) => Xml

/** An element that holds an amount of this currency, in its major units. */
export const moneyIn =
  (currency: string): MoneyElement =>
  (name, minor) =>
    basic(name, toDecimal(minor, currency), { currencyID: currency })

/** Who sells or buys. Where nothing is subject to VAT, no VAT number may be told as one (BR-O-02): it only says who it is. */
export function partyOf({ name, company, email, vatId, address, country }: Party, subjectToVat: boolean): Xml {
  return aggregate(
    'Party',
    basic('EndpointID', email, { schemeID: EMAIL }),
    aggregate('PartyIdentification', subjectToVat ? '' : basic('ID', vatId)),
    aggregate('PartyName', basic('Name', company ?? name)),
    addressOf(address, country),
    aggregate('PartyTaxScheme', vatId && subjectToVat ? basic('CompanyID', vatId) + VAT : ''),
    aggregate('PartyLegalEntity', basic('RegistrationName', company ?? name)),
    aggregate('Contact', basic('Name', name), basic('ElectronicMail', email)),
  )
}

export const VAT = aggregate('TaxScheme', basic('ID', 'VAT'))

/** The last line of an address is its place, mostly with a postal code before it; at most three stand before that. */
function addressOf(address: string, country: string | null): Xml {
  const lines = address
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const place = lines.length > 1 ? lines.pop()! : ''
  const [, zone, city] = /^(\S*\d\S*)\s+(.+)$/.exec(place) ?? [undefined, undefined, place]
  const [street, additional, ...others] = lines
  return aggregate(
    'PostalAddress',
    basic('StreetName', street),
    basic('AdditionalStreetName', additional),
    basic('CityName', city),
    basic('PostalZone', zone),
    aggregate('AddressLine', basic('Line', others.join(', '))),
    aggregate('Country', basic('IdentificationCode', country)),
  )
}
