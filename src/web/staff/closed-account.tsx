import { ownDataMessages } from '../messages/own-data.ts'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'

/** What became of an account its owner closed, and the way back while there is one. */
export function ClosedAccount({
  erasesAt,
  erased,
  mayReopen,
}: {
  erasesAt: string
  erased: boolean
  mayReopen: boolean
}) {
  const words = useMessages(ownDataMessages)
  if (erased) return <Notice tone="info" title={words.staffErased} />
  return (
    <Notice
      tone="warn"
      title={words.staffClosed}
      action={
        mayReopen && (
          <ConfirmButton
            label={words.reopen}
            size="small"
            title={words.reopenTitle}
            confirm={words.reopen}
            danger={false}
            fields={{ do: 'reopen' }}
          >
            <p>{words.reopenText}</p>
          </ConfirmButton>
        )
      }
    >
      <p>
        {words.staffErasedOn} <Time at={erasesAt} format="date" />
      </p>
    </Notice>
  )
}
