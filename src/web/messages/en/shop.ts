import { plural } from '#platform/i18n.ts'

export const en = {
  per: { month: 'per month', year: 'per year' },
  period: { label: 'Pay', month: 'Monthly', year: 'Yearly' },
  currency: 'Currency',
  tax: {
    included: (percent: string) =>
      `Prices include ${percent}% VAT. At checkout the VAT of your country is shown as a line of its own.`,
    excluded: 'Prices exclude VAT. At checkout the VAT of your country is added as a line of its own.',
  },
  facts: {
    cores: 'vCPU cores',
    memory: 'Memory',
    disk: 'NVMe storage',
    traffic: 'Traffic a month',
    gb: (n: number) => `${n} GB`,
    tb: (n: number) => `${n} TB`,
    month: 'Price per month',
    year: 'Price per year',
    saving: 'Saved by paying yearly',
    percent: (n: number) => `${n}%`,
    notSold: 'not offered',
  },
  retired: {
    title: (name: string) => `${name} is no longer sold`,
    text: 'If you have it, nothing changes for you.',
    successor: (name: string) => `See ${name} instead`,
    all: 'See what we sell',
  },
  pricing: {
    title: 'Pricing',
    lead: 'No setup fee, no minimum term beyond the period you pay for.',
    description: 'Prices of our virtual servers, monthly and yearly, in your currency.',
    compare: 'All plans compared',
    plan: 'Plan',
    options: 'Extras for every plan',
    optionsText: 'Chosen when you order, paid together with the server.',
    option: 'Extra',
    each: 'each',
    empty: 'Nothing is on sale right now',
    emptyText: 'Write to us and tell us what you need. We will find a way.',
  },
  products: {
    title: 'Products',
    lead: 'What you can order today.',
    from: 'from',
    plans: (n: number) => `${n} ${plural('en', n, { one: 'plan', other: 'plans' })}`,
    see: 'See the plans',
  },
  product: {
    sizes: 'Choose a size',
    others: 'Other sizes',
    specifications: 'Specifications',
    features: 'Always included',
    options: 'Extras',
    systems: 'Systems',
    regions: 'Regions',
    order: (plan: string) => `Order ${plan}`,
    details: (plan: string) => `${plan} in detail`,
    all: 'All sizes compared',
    or: 'or',
    saves: (n: number) => `${n}% less than paying monthly`,
    questions: 'Questions',
    faq: [
      [
        'What exactly do I get?',
        'A KVM virtual machine with the cores, memory and storage of its plan, a public IPv4 address and full root access. Nothing is shared but the host beneath it.',
      ],
      [
        'How do I log in the first time?',
        'With SSH and the public key you give when ordering. No password is ever sent or set.',
      ],
      [
        'Can I choose the system later?',
        'You choose one of the systems above when you order. It is installed when the server answers for the first time.',
      ],
      [
        'What happens at the end of the period?',
        'The subscription renews for another period at the price you agreed to. You get an invoice for every period.',
      ],
      [
        'Can I order several servers at once?',
        'Yes, up to 20 in one cart, each with its own region, system and key. You pay once and get one invoice.',
      ],
    ] as [string, string][],
  },
}
