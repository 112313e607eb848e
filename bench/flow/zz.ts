import * as Policy from "./Policy.js"
import * as Trial from "./Trial.js"
let n = 0,
  ref = 0,
  t = 0,
  worst = 0,
  wt = 0
for (const m of [200, 2, 1])
  for (const c of [6, 64])
    for (const hints of ["whole-seconds", "exact"])
      for (const lat of [3, 15, 50, 150, 300])
        for (const seed of ["a", "b", "c"]) {
          const regime: any = {
            kind: "x",
            name: "x",
            seed: seed + m + c + lat,
            models: Array.from({ length: m }, (_, i) => ({ id: `lab/m${i}`, dead: undefined })),
            samples: 200 / m,
            cap: () => Infinity,
            window: { kind: "bucket", perSecond: 20, burst: 5, hints },
            outage: undefined,
            flakiness: 0,
            concurrency: c,
            answerMs: [lat, lat + 5],
            refusalMs: [lat, lat + 5]
          }
          const r = await Trial.play({ ...Policy.OURS, patience: 0 }, regime)
          if (r.finished < 200) console.log("lost", m, c, hints, lat, seed)
          n++
          ref += r.rateLimited
          t += r.lastSuccessMs
          if (c === 6) worst = Math.max(worst, r.rateLimited)
          wt = Math.max(wt, r.lastSuccessMs)
        }
console.log(n, "refused", (ref / n).toFixed(2), "time", (t / n).toFixed(0), "worst", worst, wt)
