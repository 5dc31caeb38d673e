import { ChevronDown, MapPin } from 'lucide-react'
import { landingMessages } from '../messages/landing.ts'
import { useMessages } from '../ui/site.tsx'

/** Four steps from order to login. */
export function How() {
  const words = useMessages(landingMessages).how
  return (
    <section aria-labelledby="how" className="border-t border-line">
      <div className="mx-auto max-w-page px-5 py-16 sm:px-8 sm:py-24">
        <h2 id="how" className="text-3xl tracking-tighter">
          {words.title}
        </h2>
        <p className="mt-3 max-w-text text-muted">{words.text}</p>
        <ol className="mt-12 grid gap-x-8 gap-y-10 sm:grid-cols-2 lg:grid-cols-4">
          {words.steps.map(([title, text], index) => (
            <li key={title} className="border-t border-line pt-5">
              <span aria-hidden="true" className="font-mono text-sm text-brand-ink">
                {index + 1}
              </span>
              <h3 className="mt-2 text-lg">{title}</h3>
              <p className="mt-1.5 text-md text-muted">{text}</p>
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}

/** What is kept, in short sentences. */
export function Promises() {
  const words = useMessages(landingMessages).promises
  return (
    <section aria-labelledby="promises" className="border-t border-line bg-canvas">
      <div className="mx-auto grid max-w-page gap-x-16 gap-y-10 px-5 py-16 sm:px-8 sm:py-24 lg:grid-cols-[1fr_2fr]">
        <h2 id="promises" className="max-w-xs text-3xl tracking-tighter">
          {words.title}
        </h2>
        <dl className="grid gap-x-10 gap-y-9 sm:grid-cols-2">
          {words.list.map(([title, text]) => (
            <div key={title}>
              <dt className="font-semibold tracking-tight">{title}</dt>
              <dd className="mt-1.5 text-md text-muted">{text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  )
}

/** What can be chosen when ordering, straight from the catalogue. */
export function Systems({
  images,
  regions,
}: {
  images: readonly { slug: string; name: string }[]
  regions: readonly { slug: string; name: string; country: string }[]
}) {
  const words = useMessages(landingMessages).systems
  return (
    <section aria-labelledby="systems" className="border-t border-line">
      <div className="mx-auto grid max-w-page gap-x-16 gap-y-10 px-5 py-16 sm:px-8 sm:py-20 lg:grid-cols-[1fr_2fr]">
        <h2 id="systems" className="max-w-xs text-2xl tracking-tighter">
          {words.title}
        </h2>
        <div className="grid gap-10 sm:grid-cols-[2fr_1fr]">
          <div>
            <h3 className="text-sm font-medium text-muted">{words.images}</h3>
            <ul className="mt-3 grid grid-cols-2 gap-x-6">
              {images.map((image) => (
                <li key={image.slug} className="border-b border-line py-2 text-md">
                  {image.name}
                </li>
              ))}
            </ul>
          </div>
          <div>
            <h3 className="text-sm font-medium text-muted">{words.regions}</h3>
            <ul className="mt-3">
              {regions.map((region) => (
                <li key={region.slug} className="flex items-center gap-2 border-b border-line py-2 text-md">
                  <MapPin aria-hidden="true" className="size-4 text-muted" />
                  {region.name}
                </li>
              ))}
            </ul>
          </div>
        </div>
      </div>
    </section>
  )
}

/** What people ask before they buy. */
export function Questions() {
  const words = useMessages(landingMessages).questions
  return (
    <section aria-labelledby="questions" className="border-t border-line bg-canvas">
      <div className="mx-auto grid max-w-page gap-x-16 gap-y-8 px-5 py-16 sm:px-8 sm:py-24 lg:grid-cols-[1fr_2fr]">
        <h2 id="questions" className="text-3xl tracking-tighter">
          {words.title}
        </h2>
        <div className="border-t border-line">
          {words.list.map(([question, answer]) => (
            <details key={question} className="group border-b border-line">
              <summary className="flex list-none items-center justify-between gap-4 py-4 font-medium [&::-webkit-details-marker]:hidden">
                {question}
                <ChevronDown
                  aria-hidden="true"
                  className="size-4 shrink-0 text-muted transition-transform duration-120 group-open:rotate-180"
                />
              </summary>
              <p className="-mt-1 max-w-text pb-5 text-md text-muted">{answer}</p>
            </details>
          ))}
        </div>
      </div>
    </section>
  )
}
