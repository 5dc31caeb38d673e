export const en = {
  checking: 'Your VAT ID is being checked',
  checkingText: 'That usually takes a few seconds. This page shows the answer by itself. Until then, tax is charged.',
  confirmed: (number: string) => `${number} is confirmed`,
  confirmedFor: (name: string) => `Registered to ${name}.`,
  confirmedOn: (date: string) => `Checked on ${date}.`,
  consultation: (identifier: string) => `Consultation number ${identifier}.`,
  reverseCharge: 'No VAT is charged; you owe it in your country (reverse charge).',
  home: 'You are in the same country as we are, so VAT is charged all the same.',
  invalid: (number: string) => `${number} is not a valid VAT ID`,
  invalidText:
    'The register of your country does not know it. Please correct it, or ask your tax office whether it is enabled for trade within the EU. Tax is charged meanwhile.',
  unreachable: 'Your VAT ID could not be checked yet',
  unreachableText: 'The register of your country does not answer. We go on asking; tax is charged until it does.',
  givenUp: 'Your VAT ID could not be checked',
  givenUpText: 'The register of your country did not answer for three days, so tax is charged.',
  again: 'Check again',
}
