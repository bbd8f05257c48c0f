/**
 * Every limit of the product, named with its unit (DESIGN D6). When one is reached the caller is told early and
 * cheaply (413, 422, 429, 503 or 507); nothing grows without an end. Here because everything may import it.
 */
export const limits = {
  // ---- events -----------------------------------------------------------------------------------------------------
  idCharactersMax: 128,
  nestingDepthMax: 32,
  linesPerPurchaseMax: 1_000,
  /** Discounts over the whole check: each is spread over every line. */
  checkDiscountsMax: 32,
  categoriesPerLineMax: 100,
  /** Units that a return may name one by one. */
  namedUnitsMax: 10_000,
  unitsPerLineMax: 1_000_000,
  /** Units of a basket that offers are worked out on. */
  tillUnitsMax: 10_000,
  /** Issues up to which `select: best` tries every set; beyond, and for choices of groups, so many sets. */
  tillExactIssuesMax: 10,
  tillTrialsMax: 2_048,
  /** Sets tried times issues (ten, where there are fewer) times units of the basket: nobody else is answered meanwhile. */
  tillTriedUnitsMax: 5_242_880,
  tillNamedIssuesMax: 200,
  lockSecondsDefault: 300,
  lockSecondsMax: 86_400,
  stringBytesMax: 16_384,
  /** Units of a reward in one purchase. */
  rewardQuantityMax: 100,
  /** Newest reward purchases of a customer that can be refunded: their lots are held in the state. */
  rewardPurchasesKeptMax: 100,
  videoSecondsMax: 1_000_000,
  /** Ids merged into one customer, and what one of them may bring along. */
  aliasesPerCustomerMax: 100,
  mergeBytesMax: 524_288,
  /** Half way around the earth. */
  accuracyMetersMax: 20_100_000,
  attributesPerCustomerMax: 256,
  tagsPerCustomerMax: 1_000,
  futureMsMax: 5 * 60_000,
  // ---- time -------------------------------------------------------------------------------------------------------
  zonesCachedMax: 1_024,
  /** Pieces of a zone's time line (about 199 days each) whose offset changes are remembered. */
  zoneChunksMax: 1_024,
  // ---- journal ----------------------------------------------------------------------------------------------------
  recordEntriesMax: 4_096,
  /** A single entry may be larger (a program); it then has a record of its own. */
  recordBytesMax: 1_048_576,
  entryBytesMax: 262_144,
  /** Entries judged before the loop turns to the sockets again. */
  turnEntriesMax: 512,
  /** A turn that has run so long begins nothing new, ms: what else is asked (a till's quote) comes first. */
  turnMsMax: 2,
  programBytesMax: 16_777_216,
  segmentBytesMax: 268_435_456,
  recordsInFlightMax: 4,
  /** Sealed segments kept open for reading. */
  openSegmentsMax: 16,
  /** What a bulk reader takes from the journal in one view. */
  readSliceBytesMax: 4_194_304,
  /** Customers' keys kept unwrapped in memory. */
  vaultKeysCachedMax: 16_384,
  /** The holder of a data folder shows that it lives. */
  lockTouchEveryMs: 3_000,
  // ---- cluster ----------------------------------------------------------------------------------------------------
  /** Records a follower has asked for and not applied yet. */
  clusterRecordsAheadMax: 64,
  /** What a message must be able to carry, bytes: the largest record of a turn, and a program. */
  clusterRecordBytesMin: 4_194_304,
  /** A node that starts waits so long for the servers, ms. */
  clusterJoinMsMax: 30_000,
  clusterBeatEveryMs: 1_000,
  /** A leader that most servers have not heard for so long answers no reads, ms. */
  clusterLeaseMs: 4_000,
  /** A leader nobody has heard for so long is replaced, ms; longer than the lease. */
  clusterSilenceMs: 5_000,
  /** Connections of a node to the one that leads; requests beyond wait for one that is free. */
  clusterConnectionsMax: 256,
  /** The node that leads has so long to answer a request that was sent on, ms. */
  clusterAnswerMsMax: 30_000,
  /** A request waits so long for somebody to lead, ms. */
  clusterHoldMs: 2_000,
  // ---- shards -----------------------------------------------------------------------------------------------------
  shards: 64,
  inboxEventsMax: 32_768,
  /** Entries the checkpoint may lag behind the journal: bounds the time to start after a crash. */
  unappliedEntriesMax: 49_152,
  checkpointRowsPerSliceMax: 512,
  /** Packing one slice, where nothing is urgent, ms: what else waits (a till's quote) waits no longer than that. */
  checkpointPackingMsMax: 1,
  /** Pause after a slice for each millisecond it kept the thread, where nothing is urgent, ms. */
  checkpointPausePerBusyMs: 4,
  /** A changed customer waits at most about so long for its row to be written, ms. */
  checkpointAgeMsMax: 5_000,
  residentBytesMax: 201_326_592,
  /** What a started actor and its bookkeeping weigh beside the state itself. */
  residentBytesEach: 3_600,
  /** The same for one whose row was not packed yet. */
  residentBytesNew: 6_000,
  /** What a byte of a row weighs as state in memory, measured. */
  residentBytesPerRowByte: 5.5,
  parkedCustomersMax: 100,
  parkedEntriesPerCustomerMax: 1_000,
  /** Residents the roster looks at after each slice of the checkpoint. */
  sweepStepsMax: 4_096,
  rememberedIdsInRowMax: 64,
  rememberedIdsDaysMin: 30,
  forgetKeysPerSliceMin: 64,
  /** Programs, properties and kept replies not in their row yet. */
  controlBytesMax: 16_777_216,
  deadlinesPerTurnMax: 1_024,
  freeDiskBytesMin: 536_870_912,
  freeDiskEveryMs: 1_000,
  /** Wall and monotonic clock may part by so much before deadlines are held. */
  clockPartsMsMax: 60_000,
  deadlinesEveryMs: 1_000,
  sendsEveryMs: 1_000,
  /** Customers that one step of a run of sends comes to before others have their turn: about two milliseconds. */
  sendCustomersPerStep: 64,
  sendRunsOpenedAtOnceMax: 64,
  retentionEveryMs: 600_000,
  /** The journal is never kept for less: repeats are answered from it. */
  journalDaysMin: 31,
  recentRecordsMax: 64,
  /** Records a follower reads before others have their turn. */
  tailRecordsPerStep: 16,
  /** Deadline rows looked at in one go. */
  deadlinesLookedAtMax: 4_096,
  /** Earlier program versions kept compiled, to explain past events. */
  compiledProgramsMax: 4,
  // ---- program ----------------------------------------------------------------------------------------------------
  /** Depth of objects and lists in a program document. */
  programNestingDepthMax: 64,
  /** Objects, lists and plain values in a program document, aliases counted each time. */
  programValuesMax: 2_000_000,
  /** Problems listed in one answer; the first ones of the document. */
  programProblemsMax: 1_000,
  programNameCharactersMax: 256,
  programStoresMax: 1_000,
  programStatusesMax: 64,
  programAccountsMax: 64,
  accountCapsMax: 16,
  /** Event types that activate or prolong the lots of an account. */
  accountEventsMax: 64,
  programRewardsMax: 10_000,
  programPromoCodesMax: 10_000,
  /** Promo codes with generated codes: a code that is none is tried with each of them. */
  singleUsePromoCodesMax: 100,
  /** Claims of one code by one customer. */
  codeClaimsMax: 1_000_000,
  /** Codes of one promo code that are claimed once each. */
  singleUseCodesMax: 1_000_000,
  codeCharactersMin: 6,
  codeCharactersDefault: 10,
  /** Half a code, as a number, fits into one that counts exactly. */
  codeCharactersMax: 20,
  /** Of so many guesses at most one is a valid code. */
  codeGuessesMin: 1_000_000_000,
  rewardsPerCustomerMax: 1_000_000,
  programTierSystemsMax: 16,
  programLevelsMax: 64,
  programCampaignsMax: 10_000,
  programOffersMax: 10_000,
  /** Every one is asked for every event. */
  programAudiencesMax: 256,
  tagsPerStoreMax: 100,
  declaredTypesMax: 256,
  /** Subschemas of one declared type, $ref written out. */
  declaredSchemaNodesMax: 4_096,
  declaredProblemsMax: 100,
  uniqueItemsMax: 1_000,
  rulesPerCampaignMax: 32,
  outcomesPerCampaignMax: 32,
  cronCharactersMax: 256,
  conditionNestingMax: 16,
  conditionBranchesMax: 1_000,
  conditionValuesMax: 10_000,
  pathCharactersMax: 256,
  /** Events or values that one rule may ask for: they are held in the customer's state. */
  ruleNeedMax: 10_000,
  /** Campaigns triggered by outcomes of campaigns triggered by outcomes … of one event. */
  triggerDepthMax: 8,
  /** Outcomes of one entry that are judged by campaigns which count outcomes; those beyond trigger none. */
  triggeredPerEntryMax: 1_000,
  /** Unspent events held for one rule of one customer; a rule's need fits into it. */
  matchesPerRuleMax: 10_000,
  /** Completions that one event may bring by `carry`; the excess beyond is dropped. */
  completionsPerEventMax: 1_000,
  /** Completions a limit may count: their times are held in the customer's state. */
  perCustomerMax: 10_000,
  /** Completions of one campaign with `onReturn: clawback` that may still fall: they are held in the customer's state. */
  completionsKeptMax: 256,
  /** Reasons to hold levels of one tier system where returns may take them back; those that end first are forgotten. */
  tierReasonsMax: 1_024,
  offerUsesMax: 1_000_000,
  /** Points in one number of a program. */
  programPointsMax: 1_000_000_000,
  multiplierMax: 1_000,
  geofencesMax: 10_000,
  geofencePointsMax: 500,
  geofenceRadiusMetersMin: 1,
  /** A polygon may be twice as wide and as tall. */
  geofenceRadiusMetersMax: 100_000,
  /** Degrees north or south; closer to a pole degrees of longitude mean nothing, and a circle must do. */
  geofencePolygonLatitudeMax: 89,
  /** Fences a customer can be in at once: their ids are held in the customer's state. */
  geofencesInsideMax: 1_000,
  // ---- gateway ----------------------------------------------------------------------------------------------------
  bodyBytesMax: 8_388_608,
  itemsPerRequestMax: 10_000,
  requestsInFlightMax: 16_384,
  connectionsMax: 16_384,
  uploadMsMax: 30_000,
  /** Without a single byte of the body arriving. */
  uploadStallMsMax: 8_000,
  stopMsMax: 10_000,
  msgpackElementsMax: 100_000,
  yamlAliasesMax: 100,
  headerBytesMax: 16_384,
  pageItemsMax: 500,
  /** Promo codes on one page, and handed out at once. */
  codesPerPageMax: 10_000,
  codesPerIssueMax: 1_000,
  propertiesMax: 10_000,
  /** Open WebSockets and server-sent event streams together. */
  streamsMax: 4_096,
  streamSubscriptionsMax: 1_000,
  streamMessageBytesMax: 262_144,
  streamBatchMax: 64,
  streamHeartbeatMs: 15_000,
  streamUnacknowledgedMax: 1_024,
  streamBufferBytesMax: 1_048_576,
  /** Keys whose property is remembered, so that they are not hashed for every request. */
  keysRememberedMax: 16_384,
  keyOverlapSecondsMax: 604_800,
  rateBurstMax: 1_000_000,
  idempotencyKeyCharactersMax: 255,
  requestIdCharactersMax: 128,
  idempotencyDays: 30,
  /** Requests that change nothing: whether another one comes with their key is known of so many, the newest. */
  idempotencyKeysNotKeptMax: 16_384,
} as const;
