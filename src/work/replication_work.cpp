#include "exahca/work/replication_work.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/stop_flag.hpp"
#include "exahca/estimate/held_flag.hpp"
#include "exahca/estimate/joint_analysis.hpp"
#include "exahca/estimate/noise_estimator.hpp"
#include "exahca/estimate/noise_items.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/profile/replication.hpp"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace exahca {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Stages of a replication: independent searches on the other scores (twice as many where they disagree), then the
// answer made of them, then random flags and resamples.
enum class Work : std::uint8_t { search, answer, random, resample };
enum class Ending : std::uint8_t { done, failed, stopped };

/// One task.
struct Job
{
    Work work = Work::search;
    std::int32_t index = 0;
};

/// What a task takes, in any unit: to show progress.
double cost_of(Work work)
{
    switch (work) {
    case Work::search:
        return 8;
    case Work::answer:
        return 16;
    case Work::random:
        return 1;
    case Work::resample:
        break;
    }
    return 4;
}

/// What random flags and resamples are about: the best fit of the other scores, and that at the flag that was found.
struct Answer
{
    NoiseOptimum best, found; ///< standardised units
    bool decided = false;
    double search_spread = 0;
};

/// As the message of a search with two optima, and what is said of the answer.
Bytes write_answer(Answer const& answer)
{
    NoiseSearch both;
    both.optima = {answer.best, answer.found};
    both.fits = {0, 0};
    ByteWriter writer;
    auto const message = write_noise_search(both);
    writer.put_span(std::span<std::byte const>(message));
    writer.put(answer.decided);
    writer.put(answer.search_spread);
    return writer.take();
}

Answer read_answer(std::span<std::byte const> message)
{
    ByteReader reader(message);
    auto both = read_noise_search(reader.get_vector<std::byte>());
    if (both.optima.size() != 2) throw InvalidInput("a message between ranks holds no two fits");
    Answer answer{std::move(both.optima[0]), std::move(both.optima[1])};
    answer.decided = reader.get<bool>();
    answer.search_spread = reader.get<double>();
    reader.expect_end();
    return answer;
}

/// Options of the scores as they are (replicate 0), or of a resample. Random keys have a purpose of their own.
JointOptions options_of(ReplicationInput const& input, std::uint64_t replicate)
{
    auto options = joint_options(input.setting, {input.seed, "replication", replicate, {}, 0});
    options.bounds = input.facts.bounds.floor.size() > 0 ? input.facts.bounds : no_bounds(std::ssize(input.benchmarks));
    options.items = items_of(input.setting, input.facts.items);
    options.benchmarks = input.benchmarks;
    return options;
}

ReplicateData all_scores(ReplicationInput const& input)
{
    return {input.scores, input.facts.bounds, input.facts.items};
}

} // namespace

struct ReplicationRunner::State
{
    explicit State(ReplicationInput const& given)
        : input(given), options(options_of(given, 0)), scores(screened(given.setting, all_scores(given)).scores),
          data(standardised_data(scores, options)), flag(standardised_flag(given.loadings, data))
    {
        if (given.thorough) options = thorough(options);
    }

    /// Fits in the span of the flag that was found.
    FlagFits const& fits()
    {
        if (!fits_) fits_.emplace(data, input.setting.domains, options, flag);
        return *fits_;
    }

    /// The options with the stop flag of the work under way.
    [[nodiscard]] JointOptions options_now() const
    {
        auto now = options;
        now.search = search_limits(input.setting, input.thorough ? SearchUse::estimate : SearchUse::replicate);
        return now;
    }

    [[nodiscard]] Bytes search(std::int32_t index) const
    {
        auto one = options_now();
        one.search_index = static_cast<std::uint64_t>(index);
        return write_noise_search(search_noise_aware(data, input.setting.domains, one));
    }

    /// \param searches  as many as were done; an empty one failed
    [[nodiscard]] Bytes answer(std::vector<Bytes> searches)
    {
        EstimatePieces known;
        known.searches = std::move(searches);
        auto const estimate = estimate_noise_aware(scores, input.setting.domains, options_now(), known);
        Answer answer;
        auto const& fit = estimate.best().fit;
        answer.best.fit.parameters = in_standard_units(estimate.best().noise, data);
        answer.best.fit.log_likelihood = fit.log_likelihood + data.log_volume;
        answer.best.fit.penalty = fit.penalty;
        answer.decided = estimate.decided;
        answer.search_spread = estimate.search_spread;
        // The flag that was found, fitted to these scores; the best fit lends parameters to start from.
        auto held = fits().at(flag, std::span(&answer.best.fit.parameters, 1));
        if (!held) throw NumericalFailure("no fit at the flag that was found has a finite likelihood");
        answer.found.fit = std::move(*held);
        // The best flag is never worse than this one: the fit at it is a start of the free one as well.
        auto free = try_noise_fit(data, answer.found.fit.parameters);
        if (free && free->fit.penalised() > answer.best.fit.penalised()) answer.best = std::move(*free);
        return write_answer(answer);
    }

    /// Penalised log likelihood of a random flag of the span.
    [[nodiscard]] double random(std::int32_t index, Answer const& answer)
    {
        RandomStream stream({input.seed, "random-flag", static_cast<std::uint64_t>(index), {}, 0});
        Matrix const turned = random_orthogonal(stream, flag.rows()) * flag;
        auto const fit = fits().at(turned, std::span(&answer.best.fit.parameters, 1));
        return fit ? fit->penalised() - data.log_volume : nan;
    }

    /// What the best flag of a resample gains over the best flag of the scores, then the angles between them.
    [[nodiscard]] Vector resample(std::int32_t index, Answer const& answer) const
    {
        auto const number = static_cast<std::uint64_t>(index);
        auto const& names = input.setting.domains;
        auto const drawn = screened(
            input.setting, resampled(input.setting, all_scores(input), {input.seed, "replication", number, {}, 0}));
        auto const one = options_of(input, number);
        auto const resample = standardised_data(drawn.scores, one);
        Matrix const truth = flag_in_score_units(answer.best.fit.parameters, data);
        Matrix const held_flag = standardised_flag(truth.transpose(), resample);
        auto best = std::move(search_noise_aware(resample, names, one).optima.at(0));
        // Units of the resample are its own: the answer's parameters go back to score units and into those.
        std::vector<NoiseParameters> const near{
            with_known_noise(in_standard_units(in_score_units(answer.best.fit.parameters, data), resample),
                             resample.known_noise),
            best.fit.parameters};
        auto const held = FlagFits(resample, names, one, held_flag).at(held_flag, near);
        if (!held) throw NumericalFailure("no fit at the best flag has a finite likelihood");
        auto free = try_noise_fit(resample, held->parameters);
        if (free && free->fit.penalised() > best.fit.penalised()) best = std::move(*free);
        Vector found(1 + truth.rows());
        // Both in units of the resample, whose log volume drops out of the difference.
        found << best.fit.penalised() - held->penalised(),
            flag_angles(flag_in_score_units(best.fit.parameters, resample), truth);
        return found;
    }

    [[nodiscard]] Bytes do_work(Job const& job, std::span<std::byte const> payload)
    {
        ByteWriter writer;
        ByteReader reader(payload);
        switch (job.work) {
        case Work::search:
            return search(job.index);
        case Work::answer: {
            std::vector<Bytes> searches;
            while (reader.remaining() > 0) searches.push_back(reader.get_vector<std::byte>());
            return answer(std::move(searches));
        }
        case Work::random:
            writer.put(random(job.index, read_answer(payload)));
            break;
        case Work::resample:
            Vector const found = resample(job.index, read_answer(payload));
            writer.put_span(std::span<double const>(found.data(), static_cast<std::size_t>(found.size())));
            break;
        }
        return writer.take();
    }

    ReplicationInput const& input;
    JointOptions options; ///< of the search that counts
    std::vector<Matrix> scores;
    NoiseData data;
    Matrix flag; ///< that was found, standardised units

private:
    std::optional<FlagFits> fits_;
};

ReplicationRunner::ReplicationRunner(ReplicationInput const& input) : input_(input) {}
ReplicationRunner::~ReplicationRunner() = default;

Bytes ReplicationRunner::run(std::span<std::byte const> chunk, StopFlag const& stop)
{
    StopScope const scope(&stop, StopScope::Reach::everything);
    ByteReader reader(chunk);
    auto const job = reader.get<Job>();
    auto const payload = reader.get_vector<std::byte>();
    reader.expect_end();
    Ending ending = Ending::stopped;
    Bytes found;
    std::string reason;
    try {
        if (!stop.requested()) {
            if (!state_) state_ = std::make_unique<State>(input_); // its failures are those of tasks
            found = state_->do_work(job, payload);
            ending = Ending::done;
        }
    } catch (NumericalFailure const& failure) {
        ending = Ending::failed;
        reason = failure.what();
    } catch (SearchStopped const&) { // to be done again
    } catch (StopRequested const&) {
    }
    ByteWriter writer;
    writer.put(job);
    writer.put(ending);
    writer.put_span(std::span<std::byte const>(found));
    writer.put_string(reason);
    return writer.take();
}

struct ReplicationSource::State
{
    explicit State(ReplicationInput const& given) : input(given)
    {
        add(Work::search, given.thorough ? independent_searches : 1);
        total += cost_of(Work::answer) + given.random_flags * cost_of(Work::random) +
                 given.resamples * cost_of(Work::resample);
    }

    // Queues the tasks of a stage, searches numbered on from those there are.
    void add(Work work, int count)
    {
        for (int i = 0; i < count; ++i) queue.push_back({work, i + (work == Work::search ? searches_asked : 0)});
        outstanding += count;
        if (work != Work::search) return;
        searches_asked += count;
        searches.resize(static_cast<std::size_t>(searches_asked));
        total += count * cost_of(work);
    }

    /// All of a stage is back.
    void next_stage()
    {
        if (answer) return;
        // As an estimate does: as many searches again where they disagree.
        if (searches_asked == independent_searches && input.thorough &&
            needs_more_searches(read_noise_searches(searches)))
            add(Work::search, independent_searches);
        else
            add(Work::answer, 1);
    }

    void take(Job const& job, Ending ending, Bytes found, std::string const& reason)
    {
        auto const place = static_cast<std::size_t>(job.index);
        switch (job.work) {
        case Work::search:
            searches.at(place) = std::move(found); // empty: it failed, and the answer's task meets it again
            break;
        case Work::answer:
            if (ending == Ending::failed) throw InvalidInput("the order cannot be looked for in these scores", reason);
            answer = std::move(found);
            random.assign(static_cast<std::size_t>(input.random_flags), nan);
            losses.assign(static_cast<std::size_t>(input.resamples), nan);
            angles.setConstant(input.resamples, input.setting.factors, nan);
            add(Work::resample, input.resamples); // the longest first
            add(Work::random, input.random_flags);
            break;
        case Work::random:
            if (ending == Ending::done) random.at(place) = ByteReader(found).get<double>();
            break;
        case Work::resample:
            if (ending != Ending::done) break;
            auto const values = ByteReader(found).get_vector<double>();
            if (std::ssize(values) != 1 + angles.cols()) throw InvalidInput("a reply holds no resample");
            losses.at(place) = values[0];
            for (Index j = 0; j < angles.cols(); ++j) angles(job.index, j) = values[static_cast<std::size_t>(1 + j)];
            break;
        }
    }

    ReplicationInput const& input;
    std::deque<Job> queue;
    std::int64_t outstanding = 0; ///< of the stage under way
    int searches_asked = 0;
    double done = 0, total = 0;
    std::vector<Bytes> searches;
    std::optional<Bytes> answer;
    std::vector<double> random, losses;
    Matrix angles;
};

ReplicationSource::ReplicationSource(ReplicationInput const& input) : state_(std::make_unique<State>(input)) {}
ReplicationSource::~ReplicationSource() = default;

std::optional<Bytes> ReplicationSource::next_chunk(ChunkRequest const&)
{
    if (state_->queue.empty()) return std::nullopt;
    auto const job = state_->queue.front();
    state_->queue.pop_front();
    ByteWriter payload;
    if (job.work == Work::answer)
        for (auto const& search : state_->searches) payload.put_span(std::span<std::byte const>(search));
    auto const own = payload.take();
    ByteWriter writer;
    writer.put(job);
    writer.put_span(std::span<std::byte const>(state_->answer ? *state_->answer : own));
    return writer.take();
}

void ReplicationSource::absorb(std::span<std::byte const> reply, double)
{
    ByteReader reader(reply);
    auto const job = reader.get<Job>();
    auto const ending = reader.get<Ending>();
    auto found = reader.get_vector<std::byte>();
    auto const reason = reader.get_string();
    reader.expect_end();
    // To be done again, by whoever goes on.
    if (ending == Ending::stopped) {
        state_->queue.push_front(job);
        return;
    }
    state_->take(job, ending, std::move(found), reason);
    state_->done += cost_of(job.work);
    if (--state_->outstanding == 0) state_->next_stage();
}

bool ReplicationSource::finished() const { return state_->answer.has_value() && state_->outstanding == 0; }

std::pair<double, double> ReplicationSource::progress() const { return {state_->done, state_->total}; }

std::string ReplicationSource::stage() const
{
    auto const& state = *state_;
    if (state.answer)
        return fmt::format("random flags and resamples, {} left of {}", state.outstanding,
                           state.input.random_flags + state.input.resamples);
    if (std::any_of(state.queue.begin(), state.queue.end(), [](Job const& job) { return job.work == Work::search; }) ||
        state.outstanding > 1)
        return fmt::format("search, {} left of {}", state.outstanding, state.searches_asked);
    return "best flag";
}

Replication ReplicationSource::result() const
{
    auto const& input = state_->input;
    // The answer is in standardised units, which are a function of the scores.
    auto const scores = screened(input.setting, all_scores(input)).scores;
    auto const data = standardised_data(scores, options_of(input, 0));
    auto const answer = read_answer(*state_->answer);
    Replication result;
    result.base_models = input.setting.domains;
    result.benchmarks = input.benchmarks;
    result.models = static_cast<double>(data.models());
    result.models_found = input.models_found;
    result.found = answer.found.fit.penalised() - data.log_volume;
    result.best = answer.best.fit.penalised() - data.log_volume;
    result.best_unmixing = flag_in_score_units(answer.best.fit.parameters, data);
    result.angles = flag_angles(result.best_unmixing, flag_in_score_units(answer.found.fit.parameters, data));
    result.decided = answer.decided;
    result.search_spread = answer.search_spread;
    result.random = state_->random;
    result.resample_losses = state_->losses;
    result.resample_angles = state_->angles;
    return result;
}

Replication replicate(ReplicationInput const& input)
{
    check(input);
    ReplicationSource source(input);
    ReplicationRunner runner(input);
    StopFlag const never;
    while (!source.finished()) source.absorb(runner.run(*source.next_chunk({}), never), 0);
    return source.result();
}

} // namespace exahca
