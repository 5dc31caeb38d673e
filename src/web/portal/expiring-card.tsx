import { portalBillingMessages } from '../messages/portal-billing.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import type { expiringView } from './saved-card.ts'
import { formatDay } from './view.ts'

type Props = { card: ReturnType<typeof expiringView>; mayPay: boolean }

/** That renewals are charged to a card that expires, with the way to save another. Its page's loader calls `allowPaymentRedirect`. */
export function ExpiringCardNotice({ card: { brand, lastFour, day, expired }, mayPay }: Props) {
  const words = useMessages(portalBillingMessages)
  const name = words.method(brand, lastFour)
  const locale = useLocale()
  return (
    <Notice
      tone={expired ? 'bad' : 'warn'}
      title={expired ? words.expiring.over(name) : words.expiring.soon(name, formatDay(day, locale))}
      {...(mayPay && {
        action: (
          <ActionForm id="replace-method" action={paths.billing()} summary={false}>
            <SubmitButton variant="secondary" size="small" name="intent" value="add">
              {words.add}
            </SubmitButton>
          </ActionForm>
        ),
      })}
    >
      {words.expiring.text}
    </Notice>
  )
}
