import type { App } from '#app/app.ts'
import type { Locale } from '#platform/i18n.ts'

/** What a mail says, once; the layout makes both its parts of it. All of it is plain text. */
export type MailContent = {
  subject: string
  /** What lists of mail show beside the subject. */
  preheader: string
  heading: string
  paragraphs: string[]
  facts?: { label: string; value: string }[]
  button?: { label: string; url: string }
  /** Said below the button, smaller. */
  notes?: string[]
}

/** Writes one mail about a subject with what is known now. Throws when the subject does not exist. */
export type Template = (app: App, subjectId: string, locale: Locale) => Promise<MailContent>
