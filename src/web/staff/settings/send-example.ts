import type { RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { sendTestMail } from '#modules/notifications/send-test-mail.ts'
import { TEMPLATE_NAMES } from '#modules/notifications/templates.ts'
import { LOCALES } from '#platform/i18n.ts'
import { localeContext } from '../../context.ts'
import { redirectWithFlash } from '../../flash.ts'
import { paths } from '../../paths.ts'
import { parseForm } from '../../ui/form-state.ts'
import { staffScope } from '../access.ts'

const Asked = z.object({ template: z.enum(TEMPLATE_NAMES), locale: z.enum(LOCALES) })

/** Sends whoever asks a mail with example values. */
export async function sendExample(request: Request, context: Readonly<RouterContextProvider>) {
  const { app, actor } = staffScope(context)
  const parsed = parseForm(Asked, await request.formData(), context.get(localeContext))
  if (!parsed.ok) return parsed
  await sendTestMail(app, actor, parsed.value)
  return redirectWithFlash(paths.staffSettingsMails({ mail: parsed.value.template }), 'testMailSent')
}
