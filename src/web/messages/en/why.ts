export const en = {
  title: 'Why was I charged?',
  text: 'Every sum is shown, so that you can do it again.',
  back: 'Invoice',
  link: 'Why was I charged?',
  staffTitle: 'How the amounts came about',
  cause: 'What caused it',
  by: { you: 'you', staff: 'our team', system: 'itself' },
  member: 'a member of your team',
  causes: {
    order: (who: string) => `Ordered by ${who},`,
    renewal: () => 'The next period of what you have. It renews by itself; we made this ahead of that period,',
    change: (who: string) => `A change of your subscription, accepted by ${who},`,
    topup: (who: string) => `Credit to be bought, asked for by ${who},`,
    manual: () => 'Written by our team,',
  } satisfies Record<string, (who: string) => string>,
  seeOrder: 'See the order',
  seeChange: 'See the change as it was accepted',
  seeSubscription: 'Subscription',
  setup: 'Paid once, with the order. No renewal charges it.',
  period: (from: string, to: string, days: number) => `${from} – ${to}, ${days === 1 ? '1 day' : `${days} days`}`,
  resumed: 'It was paid while the server was suspended. The period begins with the day of the payment.',
  byHand: (reason: string) => `Added by our team: ${reason}`,
  price: 'Price',
  partShare: 'Of that for this line',
  unusedOff: 'Unused days, set against it',
  discount: (name: string, code: string | null) => (code === null ? name : `${name} (${code})`),
  remaining: (cycles: number | null | undefined) =>
    cycles === undefined
      ? undefined
      : cycles === null
        ? 'Also for every renewal to come'
        : cycles === 0
          ? 'Does not hold for further renewals'
          : `Holds for ${cycles === 1 ? 'one more renewal' : `${cycles} more renewals`}`,
  taxInPrice: 'Tax that is in the price',
  taxNotCharged: 'Tax that is in our prices and that you do not pay',
  net: 'Without tax',
  tax: 'Tax',
  taxShare: 'Its share of the tax below, rounded so that all lines make the sum',
  total: 'With tax',
  changeTitle: 'How the change was worked out, all parts of the subscription together',
  days: (from: string, to: string) => `New, ${from} – ${to}`,
  charged: (all: string, days: number, ofDays: number) =>
    days === ofDays ? `${all} for the whole period` : `${all} × ${days} of ${ofDays} days`,
  unused: (from: string, to: string) => `Not used of what you had, ${from} – ${to}`,
  credited: (paid: string, days: number, ofDays: number) => `${paid} paid × ${days} of ${ofDays} days`,
  partOf: (part: string, all: string) => `This line costs ${part} of the ${all} for a whole period.`,
  taxTitle: 'Tax',
  taxText: 'Worked out once for all lines, rounded once.',
  taxName: (name: string, rate: string) => `${name} ${rate}`,
  onNet: (base: string, rate: string) => `${base} × ${rate}`,
  inPrice: (sum: string, rate: string, whole: string) => `In the price: ${sum} × ${rate} ÷ ${whole}`,
  partInPrice: (sum: string, rate: string) => `Its part, at ${rate}, of all tax that is in ${sum}`,
  documentTotal: 'The whole document',
  documentSum: (net: string) => `${net} and the tax`,
  unknownPlace: 'the country of the seller',
  why: {
    rule: (place: string, note: string) => `The rate of ${place}, by your billing address. ${note}`.trim(),
    own_rate: (_place: string, note: string) => `A rate of your own: ${note}`,
    reverse_charge: (_place: string, note: string) => `No tax is charged, as your VAT number is confirmed. ${note}`,
    not_taxable: (_place: string, note: string) => note,
  },
  evidence: (number: string, id: string | null) =>
    `${number} was confirmed by VIES${id === null ? '' : `, consultation number ${id}`},`,
}
