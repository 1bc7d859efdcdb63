#include "exahca/profile/replication.hpp"

#include "exahca/core/error.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/matrix_bytes.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace exahca {
namespace {

/// (1 + those at least as large as `value`) / (1 + all); NaN counts as one that is.
double share_at_least(std::vector<double> const& values, double value)
{
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    auto const as_large = std::count_if(values.begin(), values.end(), [&](double other) { return !(other < value); });
    return static_cast<double>(1 + as_large) / static_cast<double>(1 + values.size());
}

} // namespace

char const* to_string(ReplicationVerdict verdict)
{
    switch (verdict) {
    case ReplicationVerdict::yes:
        return "yes";
    case ReplicationVerdict::no:
        return "no";
    case ReplicationVerdict::cannot_tell:
        break;
    }
    return "cannot tell";
}

double Replication::p_random() const { return share_at_least(random, found); }

double Replication::p_loss() const { return share_at_least(resample_losses, loss() / loss_factor()); }

bool Replication::same_flag() const { return angles.size() > 0 && angles.maxCoeff() <= same_flag_degrees; }

ReplicationVerdict Replication::verdict() const
{
    // Comparisons with NaN are false: what was not computed decides nothing.
    bool const better_than_random = p_random() <= replication_level;
    if (better_than_random && (same_flag() || p_loss() > replication_level)) return ReplicationVerdict::yes;
    if (!same_flag() && p_loss() <= replication_level) return ReplicationVerdict::no;
    return ReplicationVerdict::cannot_tell;
}

void check(ReplicationInput const& input)
{
    auto const benchmarks = std::ssize(input.benchmarks);
    if (input.setting.factors < 2)
        throw UsageError("one factor has no order that could be found again", {},
                         "choose a setting of two or more factors");
    if (benchmarks <= input.setting.factors)
        throw InvalidInput(fmt::format("only {} of the benchmarks that were analysed are in both", benchmarks),
                           fmt::format("{} factors need {}", input.setting.factors, input.setting.factors + 1),
                           "name others of the same meaning with --match");
    for (auto const& [name, count] :
         {std::pair("random flags", input.random_flags), std::pair("resamples", input.resamples)})
        if (count != 0 && (count < fewest_for_p_value || count > 1'000'000))
            throw UsageError(
                fmt::format("{} {} cannot be compared with", count, name),
                fmt::format("fewer than {} tell nothing at {:.0f} %", fewest_for_p_value, 100 * replication_level),
                fmt::format("give 0, or {} to 1000000", fewest_for_p_value));
    validate(input.setting, benchmarks);
}

Bytes write_replication_input(ReplicationInput const& input)
{
    ByteWriter writer;
    Experiment({input.setting}, {}, input.seed, input.benchmarks).write(writer);
    for (Matrix const& scores : input.scores) put_matrix(writer, scores);
    write_column_facts(writer, input.facts);
    put_matrix(writer, input.loadings);
    writer.put(input.models_found);
    writer.put(input.random_flags);
    writer.put(input.resamples);
    writer.put(input.thorough);
    return writer.take();
}

ReplicationInput read_replication_input(std::span<std::byte const> message)
{
    ByteReader reader(message);
    ReplicationInput input;
    auto const experiment = Experiment::read(reader);
    if (experiment.settings().size() != 1) throw InvalidInput("a message between ranks holds no replication");
    input.setting = experiment.settings()[0];
    input.benchmarks = experiment.benchmarks();
    input.seed = experiment.seed();
    auto const benchmarks = std::ssize(input.benchmarks);
    for (std::size_t k = 0; k < input.setting.domains.size(); ++k) input.scores.push_back(get_matrix(reader));
    input.facts = read_column_facts(reader);
    input.loadings = get_matrix(reader);
    input.models_found = reader.get<double>();
    input.random_flags = reader.get<int>();
    input.resamples = reader.get<int>();
    input.thorough = reader.get<bool>();
    reader.expect_end();
    if (input.loadings.cols() != input.setting.factors ||
        !std::all_of(input.scores.begin(), input.scores.end(),
                     [&](Matrix const& scores) { return scores.cols() == benchmarks; }))
        throw InvalidInput("a message between ranks holds matrices that do not fit");
    return input;
}

} // namespace exahca
