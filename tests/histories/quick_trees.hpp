#pragma once

namespace exahca::histories {

/// While it lives, trees are written as a few thousand bytes that stand for them, and read back from memory. HDF5 takes
/// most of the time that a history takes; the bytes go the same way to the disk, with the same digest at their end.
///
/// One at a time. The linker puts the functions of this file before write_tree and read_tree (tests.cmake).
class QuickTrees
{
public:
    QuickTrees();
    QuickTrees(QuickTrees const&) = delete;
    QuickTrees& operator=(QuickTrees const&) = delete;
    ~QuickTrees();
};

} // namespace exahca::histories
