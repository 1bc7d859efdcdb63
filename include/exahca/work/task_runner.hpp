#pragma once

#include "exahca/core/activity.hpp"
#include "exahca/core/random.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/estimate/estimate_pieces.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/model/unmixing_cache.hpp"
#include "exahca/search/order_search.hpp"
#include "exahca/work/workload.hpp"

#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace exahca {

struct AnalysisRecord;
class JointPieces;
struct Landscape;

/// How a piece of an estimate ended.
struct PieceReply
{
    std::optional<Bytes> found;         ///< see EstimateBook::take; nothing: the StopScope of the thread has ended it
    std::vector<InterimSearch> interim; ///< what its searches for orders knew when it was stopped
};

/// Computes tasks: draws the replicate's data, analyses them, fills the record.
///
/// A task's record is a pure function of the experiment, the scores and the estimates of its setting; expected failures
/// (singular domain, no convergence) are records with a reason.
class TaskRunner final : public WorkRunner
{
public:
    /// Both outlive this object.
    TaskRunner(Experiment const& experiment, Dataset const& dataset) : experiment_(experiment), dataset_(dataset) {}

    /// Gives the estimate of a setting, which its replicates are compared with. Estimates are computed first, and known
    /// on every rank before any replicate is.
    void set_estimate(SettingId setting, TaskRecord estimate);

    /// Gives a setting further candidate orders, by rank, for its estimate to start from.
    void set_start_orders(SettingId setting, std::vector<std::int64_t> ranks);

    /// \throws NumericalFailure  when the data do not allow it
    [[nodiscard]] SearchProblem search_problem(SettingId setting) const;
    /// What is to be said of that search while it is not over. \param found  at least one order
    [[nodiscard]] InterimSearch interim(SettingId setting, SearchProblem const& given, SearchResult const& found) const;
    /// Gives a setting the result of that search, where the ranks shared it.
    void set_search_result(SettingId setting, SearchResult result);

    /// Does a piece of a setting's estimate. \param input  see EstimateBook::input
    [[nodiscard]] PieceReply estimate_piece(SettingId setting, PieceId piece, std::span<std::byte const> input);
    /// What was found elsewhere, for the estimate's task.
    void set_estimate_pieces(SettingId setting, EstimatePieces pieces);

    /// Has choices look at no more than so many sets, spread over all: to find out what a choice takes. What it finds
    /// is then no record of it. \pre 1 or more
    void sample_choices(std::size_t most_sets) { most_sets_ = most_sets; }

    /// \returns a record whose status is missing when the StopScope of this thread has ended it, with what the searches
    ///          of an estimate knew then
    [[nodiscard]] TaskRecord compute(TaskId id);
    /// What the task under way is at; to be read from any thread.
    [[nodiscard]] Activity const& activity() const { return activity_; }
    [[nodiscard]] Bytes run(std::span<std::byte const> chunk, StopFlag const& stop) override;

private:
    [[nodiscard]] RandomKey estimate_key() const;
    [[nodiscard]] AnalysisRecord analyse(Task const& task);
    /// The settings that a choice is made among.
    [[nodiscard]] std::vector<Setting const*> choice_of(SettingId setting) const;

    Experiment const& experiment_;
    Dataset const& dataset_;
    Activity activity_;
    UnmixingCache unmixed_;
    std::size_t most_sets_ = std::numeric_limits<std::size_t>::max();
    std::map<SettingId, TaskRecord> estimates_;
    std::map<SettingId, std::vector<std::int64_t>> start_orders_;
    std::map<SettingId, SearchResult> search_results_;
    std::map<SettingId, EstimatePieces> pieces_;
    std::pair<SettingId, std::shared_ptr<Landscape const>>
        landscape_; ///< of the setting whose landscape was last worked on
    std::pair<SettingId, std::shared_ptr<JointPieces const>> under_way_; ///< whose estimate was last worked on
};

} // namespace exahca
