export const en = {
  title: 'Terms of service',
  version: 'Version of 1 November 2026',
  note: 'This is a template. The company that runs this shop replaces it with its own terms.',
  sections: [
    [
      '1. Who and what',
      [
        'These terms hold between the company named on your invoices (“we”) and whoever orders from it (“you”). They cover virtual servers and the extras sold with them.',
      ],
    ],
    [
      '2. How a contract comes about',
      [
        'What the shop shows is an invitation to order. Your order is your offer. The contract comes about when your payment has arrived and we begin to build the server.',
        'An order that is not paid within 24 hours is closed, and nothing is charged for it.',
      ],
    ],
    [
      '3. Prices and payment',
      [
        'The price shown at checkout holds for the whole period you order, with the tax of your country shown as a line of its own. You pay in advance, by card, through our payment partner; we never see the number of your card.',
        'Your card is kept there to pay the renewals you have agreed to.',
      ],
    ],
    [
      '4. Term and renewal',
      [
        'A subscription runs for the period you chose and renews for another such period at the price you agreed to, until you cancel. You can cancel to the end of any period.',
        'We tell you of a change of price at least 30 days before the renewal it first applies to.',
      ],
    ],
    [
      '5. What we deliver',
      [
        'A virtual server with the cores, memory, storage, addresses and traffic of its plan. If it cannot be built, everything begun is undone and you get your money back unless you want us to try again.',
      ],
    ],
    [
      '6. What we ask of you',
      [
        'Keep your keys safe and your system up to date. Do not send spam, attack others, or offer what is forbidden where you or we are. We may suspend a server that harms others, and tell you why at once.',
        'You make backups of your own data, unless you have ordered backups from us.',
      ],
    ],
    [
      '7. Availability and faults',
      [
        'We plan maintenance ahead and tell you. If a server is down through our fault for longer than agreed, you get credit for the time.',
        'We are liable without limit for intent and gross negligence, and otherwise for the damage typical of such a contract.',
      ],
    ],
    [
      '8. Withdrawal',
      [
        'Consumers in the European Union may withdraw within 14 days. By asking us to build the server at once you agree that we may charge for the days it was used.',
      ],
    ],
    [
      '9. Data',
      [
        'We keep what the contract and the law require and nothing more. What is on your server is yours; we look at it only when you ask us to.',
      ],
    ],
    [
      '10. The rest',
      [
        'If one of these terms does not hold, the others do. The law of the country of our seat applies; as a consumer you keep the protection of the law of your own country.',
      ],
    ],
  ] as [string, string[]][],
}
