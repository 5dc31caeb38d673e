import { isDifference } from '#modules/billing/proof-kinds.ts'
import { proofWords } from '#modules/billing/proof-words.ts'
import { formatDate, type Locale, plural } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const FEW = 10

const en = {
  subject: (n: number) =>
    `The proof of money found ${n} new ${plural('en', n, { one: 'difference', other: 'differences' })}`,
  preheader: 'Ledger, gateway, invoices and entitlements do not agree.',
  intro:
    'Each is on the page of the proof with its story: what differs, since when, and what may be done. Some can be repaired there at the press of a button.',
  more: (n: number) => `and ${n} more`,
  proven: 'Proven at',
  open: 'Open the proof',
}
const de: typeof en = {
  subject: (n) =>
    n === 1 ? 'Der Geldnachweis fand einen neuen Unterschied' : `Der Geldnachweis fand ${n} neue Unterschiede`,
  preheader: 'Bücher, Zahlungsdienst, Rechnungen und Berechtigungen stimmen nicht überein.',
  intro:
    'Jeder steht auf der Seite des Nachweises mit seiner Geschichte: was abweicht, seit wann und was zu tun ist. Manches lässt sich dort auf Knopfdruck beheben.',
  more: (n) => `und ${n} weitere`,
  proven: 'Geprüft',
  open: 'Nachweis öffnen',
}
const texts: Record<Locale, typeof en> = { en, de }

/** To colleagues: what the last proof of money found that no one before it had. */
export const staffProof: Template = async (app, proofRunId, locale) => {
  const t = texts[locale]
  const run = await app.db.selectFrom('proofRuns').selectAll().where('id', '=', proofRunId).executeTakeFirstOrThrow()
  const found = await app.db
    .selectFrom('proofFindings')
    .innerJoin('proofRunFindings', 'findingId', 'proofFindings.id')
    .select(['kind', ({ fn }) => fn.countAll<bigint>().as('count')])
    .where('runId', '=', run.id)
    .where('proofFindings.createdAt', '>=', run.createdAt)
    .groupBy('kind')
    .orderBy('kind')
    .execute()
  const lines = found.map(({ kind, count }) => ({
    label: isDifference(kind) ? proofWords[locale][kind].title : kind,
    value: String(count),
  }))
  const subject = t.subject(run.newFindings)
  return {
    subject,
    preheader: t.preheader,
    heading: subject,
    paragraphs: [t.intro],
    facts: [
      ...lines.slice(0, FEW),
      ...(lines.length > FEW ? [{ label: t.more(lines.length - FEW), value: '' }] : []),
      { label: t.proven, value: formatDate((run.finishedAt ?? run.createdAt).toString(), locale) },
    ],
    button: { label: t.open, url: mailLinks.staffProof(app.config) },
  }
}
