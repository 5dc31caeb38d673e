import { staffCouponsMessages } from '../messages/staff-coupons.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'

/** The group of a customer, for whom coupons may be meant. */
export function CustomerGroup({ group }: { group: string | null }) {
  const words = useMessages(staffCouponsMessages)
  return (
    <Card title={words.group} text={words.groupText}>
      <ActionForm id="group" labels={{ group: words.group }} className="gap-3" summary={false}>
        <input type="hidden" name="do" value="group" />
        <Field name="group" initial={group ?? undefined} maxLength={60} autoComplete="off" required={false} />
        <div>
          <SubmitButton variant="secondary">{words.save}</SubmitButton>
        </div>
      </ActionForm>
    </Card>
  )
}
