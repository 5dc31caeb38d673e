/** An electronic document as a file to keep. */
export const xmlFile = ({ xml, fileName }: { xml: string; fileName: string }): Response =>
  new Response(xml, {
    headers: {
      'content-type': 'application/xml; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'private, no-store',
    },
  })
