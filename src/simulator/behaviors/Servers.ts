/** What other servers send, on any server: a good answer of each, and what goes wrong with it in its own words. */
import * as Completion from "../Completion.js"
import * as Dress from "../Dress.js"
import type * as Profile from "../Profile.js"
import * as Profiles from "../Profiles.js"
import * as Reply from "../Reply.js"

const spoken = ({ dialect, troubles }: Profile.Profile): Reply.Table =>
  Object.fromEntries(
    Object.entries(troubles).map(([name, reply]) => [
      name,
      { ...reply, script: (call, value) => reply.script({ ...call, dialect }, value) } satisfies Reply.Reply
    ])
  )

const good = ({ dialect, name, title }: Profile.Profile): Reply.Table => ({
  [name]: Reply.fixed(`a good answer with thoughts as ${title} sends it`, (call) => {
    const asked = { ...call, dialect, text: Dress.dresses.reasoning(call.program) }
    return Reply.say(asked, Completion.answer(asked))
  })
})

/** OpenRouter's own good answer is the usual one. */
const rows = (profile: Profile.Profile): Reply.Table =>
  profile.name === "openrouter" ? spoken(profile) : Object.assign(good(profile), spoken(profile))

export const table: Reply.Table = Object.assign({}, ...Profiles.all.map(rows))
