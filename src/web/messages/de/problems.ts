/** Refusals by code. Commands speak English; a code without German words here is shown as the command said it. */
export const de: Partial<Record<string, string>> = {
  sign_in_required: 'Bitte melden Sie sich zuerst an.',
  permission_denied: 'Ihre Rolle umfasst das nicht.',
  product_not_found: 'Dieses Produkt gibt es nicht.',
}
