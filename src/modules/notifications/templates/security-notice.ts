import type { Locale } from '#platform/i18n.ts'
import { mailLinks } from './mail-links.ts'
import type { Template } from './template.ts'

/** What happened to how somebody signs in, and what to do when it was not them. */
export type Notice = { subject: string; preheader: string; intro: string; notYou: string; button: string }

/** A mail so that a change by a stranger does not go unseen; its button leads to a new password. */
export const securityNotice =
  (noticeOf: (locale: Locale) => Notice): Template =>
  async ({ config }, _userId, locale) => {
    const { subject, preheader, intro, notYou, button } = noticeOf(locale)
    return {
      subject,
      preheader,
      heading: subject,
      paragraphs: [intro, notYou],
      button: { label: button, url: mailLinks.forgotPassword(config) },
    }
  }
