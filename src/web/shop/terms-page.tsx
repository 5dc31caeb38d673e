import { termsMessages } from '../messages/terms.ts'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { ShopPage } from './shop-page.tsx'

export const headers = () => ({ 'cache-control': 'public, max-age=60' })

export default function TermsPage() {
  const words = useMessages(termsMessages)
  return (
    <ShopPage title={words.title} lead={words.version} narrow>
      <div className="mt-8">
        <Notice>{words.note}</Notice>
      </div>
      {words.sections.map(([heading, paragraphs]) => (
        <section key={heading} className="mt-9">
          <h2 className="text-xl">{heading}</h2>
          {paragraphs.map((paragraph) => (
            <p key={paragraph} className="mt-2.5">
              {paragraph}
            </p>
          ))}
        </section>
      ))}
    </ShopPage>
  )
}
