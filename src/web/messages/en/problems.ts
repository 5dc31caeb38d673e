/** Refusals by code, where the words of the command are not the best for this page. Without an entry they stand. */
export const en: Partial<Record<string, string>> = {
  settings_stale:
    'Somebody changed these settings while you had them open. What you typed is still here: look at the change against how they are now.',
  series_begun: 'This series has begun. Its numbers only go on, so that none is missing.',
  series_first_invalid: 'Give a whole number from 1 on.',
  settings_invalid: 'These settings do not go together.',
  mail_not_resendable:
    'This mail is on its way, or holds a link that works for a time only. Let them ask for a new link instead.',
  mail_example_missing: 'Examples are about a server. Set up the seller, a plan, a region and an image first.',
}
