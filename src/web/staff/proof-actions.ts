import { data } from 'react-router'
import { z } from 'zod'
import { repairFinding } from '#modules/billing/repair-finding.ts'
import { proveNow } from '#modules/billing/run-proof.ts'
import type { Locale } from '#platform/i18n.ts'
import { redirectWithFlash } from '../flash.ts'
import { paths } from '../paths.ts'
import { type FormState, parseForm, tryForm } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'

const ProofForm = z.object({
  do: z.enum(['prove', 'repair']),
  id: z
    .string()
    .regex(/^pfn_[0-9a-z]{26}$/)
    .optional(),
})

/** What the page of the proof is asked for: to prove now, or to repair one difference. */
export async function actOnProof({ app, actor }: StaffScope, form: FormData, locale: Locale) {
  const parsed = parseForm(ProofForm, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { id: findingId } = parsed.value
  const done = await tryForm(form, locale, async () => {
    if (findingId === undefined) await proveNow(app, actor)
    else await repairFinding(app, actor, { findingId })
  })
  if (!done.ok) return data<FormState>(done, 409)
  return redirectWithFlash(paths.staffProof(), findingId === undefined ? 'proofBegun' : 'repairBegun')
}
