export const en = {
  take: 'Take your data along',
  takeText: 'Everything we hold about you and the accounts you own, in one file that programs can read.',
  ask: 'Put my data together',
  askHint: 'It takes a few minutes. We write to you when it is ready.',
  pending: 'Being put together',
  ready: 'Ready',
  asked: 'Asked for',
  until: 'Can be had until',
  get: 'Download',
  tooMany: 'You have asked for it five times today. Please come back tomorrow.',
  close: 'Close this account',
  closeText: (name: string) =>
    `Nobody can act for ${name} any more, and after two weeks what is personal in it is erased.`,
  mayNot: 'Only an owner of the account can close it.',
  blocked: 'Before the account can be closed:',
  services: (count: number) =>
    count === 1
      ? 'One server has to be ended. Our support does that for you.'
      : `${count} servers have to be ended. Our support does that for you.`,
  invoices: (count: number) =>
    count === 1 ? 'One invoice has to be paid or cancelled.' : `${count} invoices have to be paid or cancelled.`,
  erasedTitle: 'Erased after two weeks',
  erased: [
    'Your name, address and email address, and those of members who share no other account',
    'Passwords, passkeys, tokens, sessions and saved cards, also at our payment partner',
    'What our history tells of you; that something happened stays',
  ],
  keptTitle: 'Kept as long as tax law asks',
  kept: (invoices: number, payments: number) =>
    invoices + payments === 0
      ? 'Nothing: there are no invoices.'
      : `${invoices === 1 ? '1 invoice' : `${invoices} invoices`} with the buyer they name, ${payments === 1 ? '1 payment' : `${payments} payments`}, and the entries in our books. They are used for nothing else.`,
  submit: 'Close account',
  confirmTitle: 'Close this account?',
  confirmText:
    'Everybody is signed out at once. For two weeks our support can open it again; after that it cannot be taken back.',
  staffClosed: 'This account is closed',
  staffErasedOn: 'What is personal in it will be erased on',
  staffErased: 'What was personal in this account is erased',
  reopen: 'Open again',
  reopenTitle: 'Open this account again?',
  reopenText: 'Its members can log in again. Tokens, loans and invitations that ended stay ended.',
}
