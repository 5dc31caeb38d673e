import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { isCountry } from '#modules/accounts/customer.ts'
import { InvoiceFooter, type LegalEntity } from '../seller.ts'
import type { SettingIssue, SettingsSection } from './section.ts'

export const CompanySettings = z.object({
  name: z.string().trim().min(1).max(120),
  address: z.string().trim().min(1).max(400),
  country: z.string().refine(isCountry),
  vatId: z.string().max(20).nullable(),
  email: z.email().max(254),
})
export type CompanySettings = z.output<typeof CompanySettings>

/** Who sells, as documents and pages say it. */
export const companySection: SettingsSection<CompanySettings> = {
  schema: CompanySettings,
  read: async (_db, { name, address, country, vatId, email }) => ({ name, address, country, vatId, email }),
  check: async () => [],
  async write(tx, seller, { after }) {
    await tx.db.updateTable('legalEntities').set(after).where('id', '=', seller.id).execute()
  },
}

const IBAN_LENGTHS = { min: 15, max: 34 }

/** Whether an IBAN is one: its check digits say so (ISO 13616). */
export function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text) || text.length < IBAN_LENGTHS.min || text.length > IBAN_LENGTHS.max)
    return false
  const digits = (text.slice(4) + text.slice(0, 4)).replaceAll(/[A-Z]/g, (letter) => String(parseInt(letter, 36)))
  return BigInt(digits) % 97n === 1n
}

export const BankSettings = z.object({
  bankHolder: z.string().trim().min(1).max(120).nullable(),
  bankIban: z.string().refine(isIban).nullable(),
  bankBic: z
    .string()
    .regex(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/)
    .nullable(),
})
export type BankSettings = z.output<typeof BankSettings>

/** Where customers may send money to; empty while no transfers are taken. */
export const bankSection: SettingsSection<BankSettings> = {
  schema: BankSettings,
  read: async (_db, { bankHolder, bankIban, bankBic }) => ({ bankHolder, bankIban, bankBic }),
  check: async (_db, _seller, { after: { bankHolder, bankIban, bankBic } }) => {
    const code = 'bank_incomplete'
    const message = 'Holder and IBAN belong together.'
    if ((bankHolder === null) !== (bankIban === null))
      return [{ path: bankHolder === null ? 'bankHolder' : 'bankIban', code, message }]
    return bankBic !== null && bankIban === null ? [{ path: 'bankIban', code, message }] : []
  },
  async write(tx, seller, { after }) {
    await tx.db.updateTable('legalEntities').set(after).where('id', '=', seller.id).execute()
  },
}

/** The time zones there are, by their IANA names. */
export const TIME_ZONES: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')]
export const isTimeZone = (name: string): boolean => TIME_ZONES.includes(name)

export const BasisSettings = z.object({
  timeZone: z.string().refine(isTimeZone),
  pricesIncludeTax: z.boolean(),
})
export type BasisSettings = z.output<typeof BasisSettings>

/** In which zone days are counted, and whether prices hold the tax: what everything that runs was agreed on. */
export const basisSection: SettingsSection<BasisSettings> = {
  schema: BasisSettings,
  read: async (_db, { timeZone, pricesIncludeTax }) => ({ timeZone, pricesIncludeTax }),
  async check(db, seller, { before, after }) {
    const { agreements, documents } = await countRunning(db, seller)
    if (agreements + documents === 0) return []
    const refuse = (path: keyof BasisSettings, code: string): SettingIssue[] =>
      before[path] === after[path]
        ? []
        : [{ path, code, message: 'This cannot change while something runs.', values: [agreements, documents] }]
    return [...refuse('timeZone', 'zone_in_use'), ...refuse('pricesIncludeTax', 'prices_in_use')]
  },
  async write(tx, seller, { after }) {
    await tx.db.updateTable('legalEntities').set(after).where('id', '=', seller.id).execute()
  },
}

/** How many agreements run and how many documents ask for money: both count days and prices as they were agreed. */
async function countRunning(
  db: App['db'],
  seller: Pick<LegalEntity, 'id'>,
): Promise<{ agreements: number; documents: number }> {
  const { rows } = await sql<{ agreements: number; documents: number }>`
    select (select count(*)::int from subscriptions where legal_entity_id = ${seller.id} and state <> 'cancelled') as agreements,
      (select count(*)::int from invoices where legal_entity_id = ${seller.id} and state = 'open') as documents`.execute(
    db,
  )
  return rows[0]!
}

export const FooterSettings = z.object({ en: z.string().max(600), de: z.string().max(600) })
export type FooterSettings = z.output<typeof FooterSettings>

/** What documents say at their foot, in the language of their buyer. */
export const footerSection: SettingsSection<FooterSettings> = {
  schema: FooterSettings,
  read: async (_db, { invoiceFooter }) => InvoiceFooter.parse(invoiceFooter),
  check: async (_db, _seller, { after: { en, de } }) =>
    (en === '') === (de === '')
      ? []
      : [{ path: en === '' ? 'en' : 'de', code: 'footer_language', message: 'Say it in both languages, or in none.' }],
  async write(tx, seller, { after }) {
    await tx.db
      .updateTable('legalEntities')
      .set({ invoiceFooter: JSON.stringify(after) })
      .where('id', '=', seller.id)
      .execute()
  },
}
