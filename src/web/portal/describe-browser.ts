// The first that fits counts: most browsers also claim to be those further down.
const BROWSERS: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/**
 * What a browser calls itself, as far as people care: its name and its system. Programs give neither; a line of theirs such
 * as `curl/8.5.0` is given back as `program`.
 */
export function describeBrowser(userAgent: string | null): { browser?: string; system?: string; program?: string } {
  if (!userAgent) return {}
  const find = (known: [RegExp, string][]) => known.find(([pattern]) => pattern.test(userAgent))?.[1]
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)]
  if (browser === undefined && !userAgent.startsWith('Mozilla/'))
    return { program: userAgent.split(/\s/)[0]!.slice(0, 40) }
  return { ...(browser && { browser }), ...(system && { system }) }
}
