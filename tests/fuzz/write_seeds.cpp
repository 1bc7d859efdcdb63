// Writes seeds for the harnesses whose inputs are binary: usage write_seeds DIRECTORY. One file for each kind of
// message in DIRECTORY/messages, sound files and locks in DIRECTORY/trailer.
#include "estimate/noise_finish.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/io/digest.hpp"
#include "exahca/io/run_lock.hpp"
#include "exahca/parallel/rank_facts.hpp"
#include "exahca/search/subtree_search.hpp"
#include "exahca/work/estimate_sharing.hpp"
#include "exahca/work/task_source.hpp"
#include "message_samples.hpp"
#include "parallel/protocol.hpp"
#include "run/messages.hpp"

#include <filesystem>
#include <fstream>

namespace exahca {
namespace {

void save(std::filesystem::path const& path, std::span<std::byte const> bytes)
{
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<char const*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file) throw std::runtime_error("cannot write " + path.string());
}

SearchResult sample_result()
{
    SearchResult result;
    result.best.push_back({first_order(testing::domains, testing::levels), 0.25, {0.125, 0.25, 0.0625}});
    result.lower_bound = 0.25;
    result.tuples_visited = 115;
    return result;
}

TaskRecord sample_record(Experiment const& experiment, SettingId setting)
{
    TaskRecord record;
    record.status = TaskStatus::done;
    record.values.assign(experiment.layout(setting, ReplicateKind::estimate).size(), 0.5);
    record.seconds = 0.01;
    return record;
}

Bytes sample_estimates(Experiment const& experiment)
{
    ByteWriter writer;
    sample_record(experiment, SettingId(0)).write(writer);
    TaskRecord failed;
    failed.status = TaskStatus::failed;
    failed.reason = "singular";
    failed.write(writer);
    return writer.take();
}

Bytes sample_rows()
{
    ByteWriter writer;
    write_rows(writer, {{"gemma-2-9b", {4, 5}}, {"llama-3-8b", {0, 1, 3}}});
    return writer.take();
}

NoiseOptimum sample_optimum()
{
    NoiseOptimum optimum;
    optimum.unmixing = Matrix::Identity(1, 2);
    auto& parameters = optimum.fit.parameters;
    parameters.loadings = Matrix::Ones(2, 1);
    parameters.mixing = {Matrix::Ones(1, 1)};
    parameters.means = {Vector::Zero(2)};
    parameters.log_psi = Vector::Zero(2);
    parameters.log_scales = Vector::Zero(1);
    parameters.shapes = {Matrix::Zero(5, 1)};
    return optimum;
}

SharedEstimates sample_estimates_in_pieces()
{
    EstimatePieces pieces;
    pieces.searches = {Bytes(3, std::byte{1}), {}};
    pieces.exact_scores = Bytes(2, std::byte{2});
    return {{SettingId(1), pieces}};
}

std::vector<Bytes> sample_messages()
{
    auto const experiment = testing::sample_experiment();
    std::vector<std::uint8_t> const first_rows{0, 1, 2}; // level m of each domain
    std::vector<std::uint8_t> const all_rows{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    std::vector<TaskId> const ids{TaskId(0), TaskId(3)};
    std::vector<FinishedTask> const finished{{TaskId(0), sample_record(experiment, SettingId(0))}};
    Matrix const matrix = Matrix::Identity(2, 3);
    GivenMatrices given;
    given.unmixing = {matrix, 2 * matrix};
    given.sizes = {300, 200};
    FinishPiece piece;
    piece.step = FinishStep::climbs;
    piece.optima = {{sample_optimum(), 3}};
    piece.candidates = {{0, 0.5, sample_optimum().fit.parameters}};
    SubtreeReply const reply{{{0.25, all_rows, {0.125, 0.25, 0.0625}}}, 1, 115, 150, {{0.5, first_rows}}};
    return {compose({MessageKind::reply, 1, 7, 0, 0.25}, write_task_ids(ids)),
            write_task_ids(ids),
            write_finished_tasks(finished),
            to_bytes(SubtreeChunk{0.5, 1000, {{0.25, first_rows, {2, 0, 1}, {1, 64, 0}}, {0.5, {}}}}),
            to_bytes(reply),
            write_plan(experiment, {{"llama-3-8b", {0, 1, 3}}, {"gemma-2-9b", {4, 5}}}, 6, {}),
            sample_rows(),
            write_rank_facts({"node-17", 16, std::int64_t{1} << 30}),
            write_pilot_verdict({true, sample_result()}),
            sample_estimates(experiment),
            write_start_orders({{5, 3}, {}, {0}}),
            write_given_matrices(given),
            write_shared_estimates(sample_estimates_in_pieces()),
            write_finish_piece(piece),
            write_finish_reply({piece.optima, piece.candidates})};
}

void write_messages(std::filesystem::path const& directory)
{
    auto const messages = sample_messages();
    for (std::size_t kind = 0; kind < messages.size(); ++kind) {
        Bytes input{static_cast<std::byte>(kind)};
        input.insert(input.end(), messages[kind].begin(), messages[kind].end());
        save(directory / ("sample-" + std::to_string(kind)), input);
    }
}

void write_files(std::filesystem::path const& directory)
{
    Bytes file{std::byte{0x89}, std::byte{'H'}, std::byte{'D'}, std::byte{'F'}};
    file.resize(200, std::byte{1});
    auto const trailer = make_trailer(file);
    file.insert(file.end(), trailer.begin(), trailer.end());
    save(directory / "sound", file);
    save(directory / "short", std::span<std::byte const>(file).first(90));
    auto const lock = lock_text(LockHolder::current());
    save(directory / "lock", std::as_bytes(std::span(lock)));
}

} // namespace
} // namespace exahca

int main(int count, char** arguments)
{
    if (count != 2) return 2;
    std::filesystem::path const directory = arguments[1];
    for (auto const* name : {"messages", "trailer"}) std::filesystem::create_directories(directory / name);
    exahca::write_messages(directory / "messages");
    exahca::write_files(directory / "trailer");
}
