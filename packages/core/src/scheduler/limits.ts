/**
 * The scheduler's constants, each with its unit and reason: when to talk, how often and how much at a time. The largest size of a push, a
 * page or a saved change is in ../limits.ts.
 */

const SECOND_MS = 1000
const MINUTE_MS: number = 60 * SECOND_MS
const HOUR_MS: number = 60 * MINUTE_MS
export const DAY_MS: number = 24 * HOUR_MS

/** The first wait is drawn below this: a lost packet should cost a person about half a second [S2]. */
export const BACKOFF_BASE_MS: number = SECOND_MS
/** No wait is shorter than this, whatever was drawn: a failure that recurs at once must not become a hot loop. */
export const BACKOFF_FLOOR_MS = 100
/** Someone may be looking: a healed network is noticed within five minutes without any hint [S2]. */
export const BACKOFF_CAP_MS: number = 5 * MINUTE_MS
/** Nobody is looking, or the platform says that there is no network: spare the battery [S2]. */
export const BACKOFF_BACKGROUND_CAP_MS: number = 60 * MINUTE_MS
/** The exponent stops growing here (2^13 s is beyond both caps), so that years offline stay plain numbers. */
export const BACKOFF_EXPONENT_MAX = 13
/** The longest `Retry-After` that is obeyed; a longer one is taken for a mistake. */
export const RETRY_AFTER_MAX_MS: number = 24 * HOUR_MS
/** Devices given the same `Retry-After` come back spread over an extra half of it, so that they do not come as a herd. */
export const RETRY_AFTER_SPREAD = 0.5

/** Failures in a row after which only the probe is sent, so that the next failure costs a small request instead of a batch [S2]. */
export const BREAKER_FAILURES = 3
/** After a hint (online, looked at again) an attempt goes at once, but networks flap: at most one such attempt a second. */
export const HINT_FLOOR_MS: number = SECOND_MS
/** Failures that only a person or an update can resolve are still retried this often, because the hub may have been corrected. */
export const PAUSE_RETRY_MS: number = HOUR_MS
/** 'Send now' applies to the present queue: after this time it ends, so that it does not use someone's data plan all night. */
export const SEND_NOW_LASTS_MS: number = 10 * MINUTE_MS
/** Exchanges of other lanes after which a waiting lane goes first once: changes come before files, but nothing starves [S4]. */
export const LANE_PATIENCE = 16

/** Work that may go and gets nowhere for this long is reported, and started afresh: twice the longest wait between two tries. */
export const STALL_MS: number = 10 * MINUTE_MS
/** The same for tries in a row without progress, where the connection comes and goes: with backoffs, after some minutes of it. */
export const STALL_TRIES = 8
/** Stalled work is started afresh this often at most. */
export const RESTART_EVERY_MS: number = HOUR_MS
/** A space needs few remedies: its history forks once. After this many within an hour the next one waits: they do not help. */
export const REMEDIES_MAX = 3
export const REMEDIES_WITHIN_MS: number = HOUR_MS

/** Time for a probe of a few hundred bytes. A connection that needs longer is unusable. */
export const HELLO_TIMEOUT_MS: number = 15 * SECOND_MS
/** A hub holds a long poll this long at most; proxies cut idle requests after 30 s or more. */
export const LONG_POLL_HOLD_MS: number = 25 * SECOND_MS
/** The shortest gap between long polls that are answered at once: news is late by a second at worst. */
export const LONG_POLL_GAP_MS: number = SECOND_MS

/** Device and hub digest a large space in slices, beside other work: a check may take long, and nobody waits for it [Q5]. */
export const CHECK_TIMEOUT_MS: number = 5 * MINUTE_MS

/** Opening a socket: TCP, TLS, upgrade and a first frame over a fair line. */
export const LIVE_TIMEOUT_MS: number = 15 * SECOND_MS
/** A socket that stayed open this long worked: its end does not count as a failure of sockets. */
export const LIVE_STABLE_MS: number = MINUTE_MS
/** Failures in a row after which long polls replace sockets on this network [Q7]. */
export const LIVE_TRIES = 3
/** How often a socket is tried again while long polls replace it. */
export const LIVE_RETRY_MS: number = 10 * MINUTE_MS
/** After a socket is lost the hub is asked for heads within this time, spread: a deploy drops every socket at once. */
export const LIVE_LOST_SPREAD_MS: number = 5 * SECOND_MS
/** A hidden page keeps its socket this long: people switch tabs and come back. */
export const HIDDEN_GRACE_MS: number = MINUTE_MS

/** Heads are asked for this often even while a socket or long poll brings them: correctness never depends on a hint [Q7]. */
export const POLL_LIVE_MS: number = 5 * MINUTE_MS
/** Heads are asked for this often while nothing brings them (poor signal, or before the socket is open). */
export const POLL_MS: number = 30 * SECOND_MS
/** Heads are asked for this often while nobody looks. */
export const POLL_HIDDEN_MS: number = 15 * MINUTE_MS

/** No timer is set further ahead: platform timers overflow after 24 days, stop during sleep, and do not follow a clock that is set. */
export const TIMER_MAX_MS: number = HOUR_MS
