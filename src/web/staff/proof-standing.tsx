import type { ReactNode } from 'react'
import { staffProofMessages } from '../messages/staff-proof.ts'
import { Notice, type NoticeTone } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'
import type { standingView } from './proof-view.ts'

type Standing = ReturnType<typeof standingView>

const TONES: Record<Standing['word'], NoticeTone> = {
  green: 'ok',
  incomplete: 'warn',
  never: 'info',
  old: 'warn',
  red: 'bad',
}

/** Green with the time of the last proof, or what is wrong; while one is under way, how far it is. */
export function ProofStandingNotice({ standing, action }: { standing: Standing; action: ReactNode }) {
  const words = useMessages(staffProofMessages)
  const { word, at, running, open } = standing
  const titles = {
    green: words.greenTitle,
    incomplete: words.incomplete,
    never: words.never,
    old: words.old,
    red: words.red(open),
  }
  const texts = {
    green: words.green,
    incomplete: words.incompleteText,
    never: words.neverText,
    old: words.oldText,
    red: words.redText,
  }
  return (
    <>
      <Notice tone={TONES[word]} title={titles[word]} action={action}>
        {texts[word]}
        {at && (
          <span className="mt-1 block">
            {words.lastProof}: <Time at={at} format="dateTime" /> (<Time at={at} />)
          </span>
        )}
      </Notice>
      {running && (
        <Notice tone="info" live title={words.running(running.done, running.all)}>
          {running.waits && <p className="mb-1.5">{words.waiting}</p>}
          <progress
            className="bar"
            aria-label={words.running(running.done, running.all)}
            value={running.done}
            max={running.all}
          />
        </Notice>
      )}
    </>
  )
}
