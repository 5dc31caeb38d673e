import { plural } from '#platform/i18n.ts'

const count = (n: number, one: string, other: string): string => `${n} ${plural('en', n, { one, other })}`

export const en = {
  skipToContent: 'Skip to content',
  getStarted: 'Get started',
  simulated: 'Simulated',
  close: 'Close',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  optional: 'optional',
  more: 'More',
  menu: 'Menu',
  working: 'Working…',
  search: 'Search',
  language: 'Language',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  table: {
    empty: 'Nothing here yet',
    noMatch: 'Nothing matches these filters',
    clear: 'Clear filters',
    older: 'Older',
    newest: 'Back to the newest',
    pages: 'Pages',
    sortBy: (column: string) => `Sort by ${column}`,
  },
  filters: { label: 'Filters', apply: 'Apply', any: 'Any' },
  form: {
    summary: (n: number) => `Please check ${count(n, 'field', 'fields')}`,
    unknownField: 'This form has changed. Please load the page again.',
    required: 'Please fill this in.',
    choose: 'Please choose one.',
    email: 'Please enter an email address, such as name@example.com.',
    tooShort: (n: number) => `Please use at least ${count(n, 'character', 'characters')}.`,
    tooLong: (n: number) => `Please use at most ${count(n, 'character', 'characters')}.`,
    tooSmall: (n: string) => `Please enter ${n} or more.`,
    tooBig: (n: string) => `Please enter ${n} or less.`,
    number: 'Please enter a number.',
    invalid: 'Please check this value.',
    failed: 'That did not work',
  },
  steps: {
    done: 'done',
    running: 'in progress',
    waiting: 'waiting',
    failed: 'failed',
    undone: 'undone',
    skipped: 'skipped',
  },
  tone: { ok: 'Done', info: 'Please note', warn: 'Attention', bad: 'Error' },
  billing: {
    region: 'Use the short code of the state, such as CA or QC.',
    vatId: {
      other_country: (example: string) =>
        `This number is of another country than the address. It should look like ${example}.`,
      pattern: (example: string) => `This number is not complete. It should look like ${example}.`,
    },
  },
  offline: 'You are offline. What you see may be out of date.',
  errors: {
    notFound: {
      title: 'This page does not exist',
      text: 'The address may be mistyped, or the page is no longer there, or it is not yours to see.',
    },
    noAccess: {
      title: 'Your role does not include this',
      text: 'You share this account in a role without this page. An owner of the account can change that.',
    },
    gone: { title: 'This page is gone', text: 'It was here once and was taken down for good.' },
    tooMany: {
      title: 'Too many requests',
      text: (seconds: number | undefined) =>
        seconds === undefined
          ? 'Please wait a moment and try again.'
          : `Please try again in ${count(seconds, 'second', 'seconds')}.`,
    },
    unavailable: { title: 'Not available right now', text: 'Please try again in a moment.' },
    broken: {
      title: 'Something broke on our side',
      text: 'It was logged and we will look at it. Trying again may help.',
    },
    refused: 'That is not possible',
    requestId: 'Request id',
    home: 'Go to the start page',
    again: 'Try again',
  },
}
