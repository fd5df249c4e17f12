// Reads a report of API Extractor: which exports have no doc comment. Members may go without, where their name and type say it all.
const UNDOCUMENTED =
  /^\/\/ @public \(undocumented\)\n(?:export )?(?:declare )?(?:abstract )?(?:function|const|class|interface|type|enum) (\w+)/gm

export const undocumentedIn = (report: string): readonly string[] => [...report.matchAll(UNDOCUMENTED)].map(([, name = '']) => name)
