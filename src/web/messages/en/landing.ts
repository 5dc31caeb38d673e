import { plural } from '#platform/i18n.ts'

export const en = {
  documentTitle: 'Virtual servers',
  description:
    'Order a virtual server, pay by card and watch it come up, step by step. Full root access in about a minute.',
  title: 'A server of your own, in about a minute',
  text: 'Pick a size, pay by card, and watch it being built. You get full root access, a public address and power buttons that tell the truth.',
  order: 'Choose a plan',
  api: 'Read the API docs',
  points: ['No setup fee', 'Monthly or yearly', 'Keys, not passwords'],
  demo: {
    label: 'An order, as you will see it',
    name: 'web-1',
    steps: ['Payment received', 'Address reserved', 'Disk cloned', 'Machine started', 'Your server answers'],
    image: 'Image',
    region: 'Region',
    address: 'Address',
    waiting: 'just now',
  },
  plans: {
    title: 'Three sizes, one clear price',
    text: 'Every plan has full root access and its own IPv4 address. The price you see is the price of the period.',
    from: 'per month',
    popular: 'Popular',
    order: (plan: string) => `Order ${plan}`,
    compare: 'Compare all plans and yearly prices',
    cores: (n: number) => `${n} vCPU ${plural('en', n, { one: 'core', other: 'cores' })}`,
    memory: (gb: number) => `${gb} GB memory`,
    disk: (gb: number) => `${gb} GB NVMe`,
    traffic: (tb: number) => `${tb} TB traffic`,
  },
  how: {
    title: 'From order to login, without a ticket',
    text: 'Four steps, all on the web, and nothing hidden in between.',
    steps: [
      ['Configure', 'Region, system, hostname and your SSH key on one page. The total is always in sight.'],
      ['Pay', 'By card on our payment partner’s page. We never see the number of your card.'],
      ['Watch', 'Each step of the setup is shown as it happens. You may close the page; we write when it is ready.'],
      ['Log in', 'Address, specifications and power buttons are one click away. So is the invoice.'],
    ],
  },
  promises: {
    title: 'Built for people who run things',
    list: [
      ['Keys only', 'Your public SSH key goes in at first boot. There is no password to guess.'],
      ['Honest states', 'A server is “running” when it runs, and not a moment before.'],
      ['All or nothing', 'If a step of the setup fails, everything is taken back, and we tell you.'],
      ['An API for all of it', 'Everything on these pages can be done by a program, with the same rules.'],
      ['Prices that stay', 'A subscription renews at the price you agreed to.'],
      ['Proper invoices', 'Numbered, with your VAT details, as a PDF, in your language.'],
    ],
  },
  systems: {
    title: 'Current systems, in the region you choose',
    images: 'Systems',
    regions: 'Regions',
  },
  questions: {
    title: 'Questions',
    list: [
      [
        'How long does it take?',
        'Usually about a minute after your payment has arrived. You see every step, and get a mail when the server answers.',
      ],
      ['Can I pay for a year?', 'Yes. Every plan has a monthly and a yearly price; the yearly one is lower.'],
      [
        'How do I log in?',
        'With SSH and the key you gave when ordering. The service page shows the address and the user name.',
      ],
      [
        'What if the setup fails?',
        'Everything that was begun is undone, you are told, and our staff are too. You lose nothing.',
      ],
      ['Is VAT included?', 'The checkout shows tax for your country as a line of its own before you pay.'],
    ],
  },
  closing: { title: 'Ready when you are', text: 'The smallest server is enough to try it.' },
}
