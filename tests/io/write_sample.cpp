// Writes the sample tree, for the tests that read it with other people's software.
#include "exahca/io/tree_file.hpp"
#include "io/sample_tree.hpp"

int main(int argc, char** argv)
{
    if (argc != 2) return 2;
    exahca::write_tree(argv[1], exahca::sample_tree());
}
