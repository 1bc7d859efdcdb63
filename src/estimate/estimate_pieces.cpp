#include "exahca/estimate/estimate_pieces.hpp"

#include "exahca/core/check.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "noise_finish.hpp"

namespace exahca {
namespace {

// Rough costs of the pieces, of one search and of all that is made of the searches.
constexpr double search_cost = 10, finish_cost = 8, comparison_cost = 2;

} // namespace

void write_pieces(ByteWriter& writer, EstimatePieces const& pieces)
{
    writer.put(static_cast<std::uint64_t>(pieces.searches.size()));
    for (auto const& search : pieces.searches) writer.put_span(std::span<std::byte const>(search));
    for (auto const* message : {&pieces.optima, &pieces.all_models, &pieces.exact_scores})
        writer.put_span(std::span<std::byte const>(*message));
}

EstimatePieces read_pieces(ByteReader& reader)
{
    EstimatePieces pieces;
    auto const searches = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < searches; ++i) pieces.searches.push_back(reader.get_vector<std::byte>());
    for (auto* message : {&pieces.optima, &pieces.all_models, &pieces.exact_scores})
        *message = reader.get_vector<std::byte>();
    return pieces;
}

EstimateBook::EstimateBook(JointOptions const& effort) : effort_(effort)
{
    add_searches();
    open({PieceKind::all_models, 0});
    open({PieceKind::exact_scores, 0});
}
EstimateBook::~EstimateBook() = default;
EstimateBook::EstimateBook(EstimateBook&&) noexcept = default;
EstimateBook& EstimateBook::operator=(EstimateBook&&) noexcept = default;

// A piece is awaited from now on until it is taken, and named once by take_due.
void EstimateBook::open(PieceId piece)
{
    open_.insert(piece);
    due_.push_back(piece);
}

// As many searches as an estimate has at once, numbered on from those there are.
void EstimateBook::add_searches()
{
    auto const first = static_cast<std::int32_t>(found_.searches.size());
    for (std::int32_t i = 0; i < effort_.searches; ++i) open({PieceKind::search, first + i});
    found_.searches.resize(found_.searches.size() + static_cast<std::size_t>(effort_.searches));
}

std::vector<PieceId> EstimateBook::take_due() { return std::exchange(due_, {}); }

Bytes EstimateBook::input(PieceId piece) const
{
    EXAHCA_EXPECT(awaits(piece));
    if (piece.kind != PieceKind::finish) return {};
    // Pieces of the finish are numbered on over its steps, so that a late reply of one step is not taken for another's.
    return write_finish_piece(finish_->pieces()[static_cast<std::size_t>(piece.number - first_of_step_)]);
}

void EstimateBook::take(PieceId piece, Bytes found)
{
    // Of no use any more, as a piece of a finish that was given up.
    if (open_.erase(piece) == 0) return;
    switch (piece.kind) {
    case PieceKind::search:
        found_.searches[static_cast<std::size_t>(piece.number)] = std::move(found);
        if (++searches_done_ == std::ssize(found_.searches)) end_searches();
        break;
    case PieceKind::finish:
        take_finish(piece, found);
        break;
    case PieceKind::all_models:
        found_.all_models = std::move(found);
        break;
    case PieceKind::exact_scores:
        found_.exact_scores = std::move(found);
        break;
    }
}

/// Searches again where they disagree, or goes on to what is made of them.
void EstimateBook::end_searches()
{
    auto const searches = read_noise_searches(found_.searches);
    if (searches_done_ == effort_.searches && needs_more_searches(searches, effort_.same_flag_degrees))
        return add_searches();
    if (searches.empty()) return; // the estimate meets the failure again, and says so
    finish_ = std::make_unique<NoiseFinish>(searches, effort_);
    open_finish();
}

void EstimateBook::open_finish()
{
    auto const count = static_cast<std::int32_t>(finish_->pieces().size());
    for (std::int32_t i = 0; i < count; ++i) open({PieceKind::finish, first_of_step_ + i});
    if (!finish_->ended()) return;
    ByteWriter writer;
    put(writer, finish_->take_optima());
    found_.optima = writer.take();
}

void EstimateBook::take_finish(PieceId piece, Bytes const& found)
{
    if (found.empty()) { // as above; nobody needs the others then
        std::erase_if(open_, [](PieceId const& other) { return other.kind == PieceKind::finish; });
        std::erase_if(due_, [](PieceId const& other) { return other.kind == PieceKind::finish; });
        return finish_.reset();
    }
    auto const count = static_cast<std::int32_t>(finish_->pieces().size());
    if (!finish_->take(static_cast<std::size_t>(piece.number - first_of_step_), read_finish_reply(found))) return;
    first_of_step_ += count;
    open_finish();
}

std::vector<InterimSearch> EstimateBook::order_searches() const
{
    for (auto const& search : found_.searches)
        if (!search.empty()) return read_noise_search(search).starts.known;
    return {};
}

std::pair<std::int64_t, std::int64_t> EstimateBook::searches() const
{
    return {searches_done_, std::ssize(found_.searches)};
}

std::pair<double, double> EstimateBook::progress() const
{
    bool const searching = searches_done_ < std::ssize(found_.searches);
    double const total = search_cost * static_cast<double>(found_.searches.size()) + finish_cost + 2 * comparison_cost;
    // The finish has its share once it has begun, and counts as done where it has failed.
    double const finished = searching ? 0 : finish_ ? finish_->share() : 1;
    double done = search_cost * searches_done_ + finish_cost * finished;
    for (auto const kind : {PieceKind::all_models, PieceKind::exact_scores})
        if (!awaits({kind, 0})) done += comparison_cost;
    return {done, total};
}

std::string EstimateBook::activity() const
{
    return std::string(finish_ && !finish_->ended() ? describe(finish_->step()) : "comparisons");
}

} // namespace exahca
