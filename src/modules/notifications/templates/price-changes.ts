import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { formatDate, formatMoney, type Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

const en = {
  told: {
    subject: (day: string) => `New price from ${day}`,
    heading: 'A price changes',
    preheader: 'What you pay, and from when.',
    intro:
      'The price of your plan changes. It holds from the renewal named here; what is paid for until then stays as it is.',
    introOption:
      'The price of an option you have changes. It holds from the renewal named here; what is paid for until then stays as it is.',
    leave:
      'If you do not want that, you can cancel before: the subscription then ends with the period you have paid for.',
    from: (before: string, after: string, day: string) => `${before} → ${after}, from ${day}`,
    more: (n: number) => `And ${n} more`,
    moreText: 'See your subscriptions',
    button: 'Open your subscriptions',
  },
  spared: {
    subject: 'Your price stays as it is',
    heading: 'Your price stays as it is',
    preheader: 'The price change is cancelled.',
    intro: 'We told you of a new price. It is cancelled: you go on paying what you pay today.',
    button: 'Open your subscriptions',
  },
  net: 'Prices without tax.',
  gross: 'Prices with tax.',
}
const de: typeof en = {
  told: {
    subject: (day) => `Neuer Preis ab ${day}`,
    heading: 'Ein Preis ändert sich',
    preheader: 'Was Sie zahlen und ab wann.',
    intro:
      'Der Preis Ihres Tarifs ändert sich. Er gilt ab der genannten Verlängerung; was bis dahin bezahlt ist, bleibt, wie es ist.',
    introOption:
      'Der Preis einer Ihrer Optionen ändert sich. Er gilt ab der genannten Verlängerung; was bis dahin bezahlt ist, bleibt, wie es ist.',
    leave:
      'Wenn Sie das nicht möchten, können Sie vorher kündigen: Das Abonnement endet dann mit dem bezahlten Zeitraum.',
    from: (before, after, day) => `${before} → ${after}, ab ${day}`,
    more: (n) => `Und ${n} weitere`,
    moreText: 'Siehe Ihre Abonnements',
    button: 'Abonnements öffnen',
  },
  spared: {
    subject: 'Ihr Preis bleibt, wie er ist',
    heading: 'Ihr Preis bleibt, wie er ist',
    preheader: 'Die Preisänderung ist abgesagt.',
    intro: 'Wir hatten einen neuen Preis angekündigt. Er ist abgesagt: Sie zahlen weiter, was Sie heute zahlen.',
    button: 'Abonnements öffnen',
  },
  net: 'Preise ohne Steuer.',
  gross: 'Preise mit Steuer.',
}
const texts: Record<Locale, typeof en> = { en, de }
const SHOWN = 10

/** All that a customer was told of together with this item, soonest first. */
async function readTold(app: App, itemId: string) {
  const rows = await app.db
    .selectFrom('repricingItems as one')
    .innerJoin('repricingItems as item', (join) =>
      join.onRef('item.repricingId', '=', 'one.repricingId').onRef('item.customerId', '=', 'one.customerId'),
    )
    .innerJoin('repricings', 'repricings.id', 'item.repricingId')
    .innerJoin('legalEntities', 'legalEntities.id', 'repricings.legalEntityId')
    .innerJoin('subscriptions', 'subscriptions.id', 'item.subscriptionId')
    .leftJoin('services', 'services.subscriptionId', 'subscriptions.id')
    .select([
      'item.oldMinor',
      'item.newMinor',
      'item.quantity',
      'item.optionCode',
      // In the words of the agreement, as its invoices name it.
      sql<
        string | null
      >`(select p.description from subscription_items p where p.subscription_id = item.subscription_id and p.kind = 'option'
        and p.code = item.option_code and p.choice is not distinct from item.choice)`.as('part'),
      'item.firstOn',
      'subscriptions.currency',
      'subscriptions.description',
      'services.hostname',
      'legalEntities.pricesIncludeTax',
    ])
    .where('one.id', '=', itemId)
    .where('item.toldAt', 'is not', null)
    .orderBy('item.firstOn')
    .orderBy('item.id')
    .execute()
  return rows.map(({ hostname, description, part, optionCode, quantity, oldMinor, newMinor, ...row }) => {
    const server = hostname ?? description
    const pieces = BigInt(quantity)
    const count = quantity > 1 ? ` × ${quantity}` : ''
    return {
      ...row,
      optionCode,
      what: optionCode === null ? server : `${server}: ${part ?? optionCode}${count}`,
      oldMinor: oldMinor * pieces,
      newMinor: newMinor * pieces,
    }
  })
}

/** What a customer pays from which renewal on, for each of their agreements. Its subject is one of them. */
export const priceChange: Template = async (app, itemId, locale) => {
  const t = texts[locale].told
  const rows = await readTold(app, itemId)
  const [first] = rows
  const dayOf = (day: Temporal.PlainDate): string => formatDate(`${day.toString()}T00:00:00Z`, locale, 'UTC', 'date')
  const facts = rows.slice(0, SHOWN).map(({ what, oldMinor, newMinor, firstOn, currency }) => ({
    label: what,
    value: t.from(formatMoney(oldMinor, currency, locale), formatMoney(newMinor, currency, locale), dayOf(firstOn)),
  }))
  const left = rows.length - facts.length
  return {
    subject: t.subject(first ? dayOf(first.firstOn) : ''),
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [
      (first?.optionCode ?? null) === null ? t.intro : t.introOption,
      first?.pricesIncludeTax ? texts[locale].gross : texts[locale].net,
      t.leave,
    ],
    facts: [...facts, ...(left > 0 ? [{ label: t.more(left), value: t.moreText }] : [])],
    button: { label: t.button, url: mailLinks.subscriptions(app.config) },
  }
}

/** That a price that was told of does not come. */
export const priceChangeCancelled: Template = async (app, itemId, locale) => {
  const t = texts[locale].spared
  const rows = await readTold(app, itemId)
  return {
    subject: t.subject,
    preheader: t.preheader,
    heading: t.heading,
    paragraphs: [t.intro],
    facts: rows.slice(0, SHOWN).map(({ what, oldMinor, currency }) => ({
      label: what,
      value: formatMoney(oldMinor, currency, locale),
    })),
    button: { label: t.button, url: mailLinks.subscriptions(app.config) },
  }
}
